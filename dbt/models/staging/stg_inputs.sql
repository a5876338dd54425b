-- The newest reading of each file: a manifest or a reader that changed makes a newer row.
with inputs as (select * from {{ source('raw', 'inputs') }}),

ranked as (
    select *, row_number() over (partition by file, document_id order by landed_at desc, input_id) as recency
    from inputs
),

final as (select * exclude (recency) from ranked where recency = 1)

select * from final
