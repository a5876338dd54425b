-- The newest reading of each touched file: a manifest or a reader that changed makes a newer row; the bytes are as old as the oldest. A
-- page that went back to what it held before took its place anew; what landed before that was written down has no is_back.
with landed as (
    select i.* from {{ source('raw', 'inputs') }} as i semi join change.inputs as t on i.file = t.file and i.document_id = t.document_id
),

inputs as (
    select * from landed
    union all by name
    select null::boolean as is_back where false
),

ranked as (
    select
        *, row_number() over (partition by file, document_id order by landed_at desc, input_id) as recency,
        min(landed_at) over (partition by file, document_id) as first_landed_at,
        coalesce(
            max(landed_at) filter (where is_back) over (partition by file, document_id),
            min(landed_at) over (partition by file, document_id)
        ) as placed_at
    from inputs
),

final as (select * exclude (recency) from ranked where recency = 1)

select * from final
