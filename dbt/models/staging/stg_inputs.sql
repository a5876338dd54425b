-- The newest reading of each file: a manifest or a reader that changed makes a newer row; the bytes are as old as the oldest.
with inputs as (select * from {{ source('raw', 'inputs') }}),

ranked as (
    select
        *, row_number() over (partition by file, document_id order by landed_at desc, input_id) as recency,
        min(landed_at) over (partition by file, document_id) as first_landed_at
    from inputs
),

final as (select * exclude (recency) from ranked where recency = 1)

select * from final
