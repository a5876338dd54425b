with documents as (
    select * from {{ source('raw', 'documents') }}
    union all by name
    select null::varchar as pages where false  -- batches that landed before pages were kept
),

-- The same reading may have landed in two batches; its rows are equal.
ranked as (select *, row_number() over (partition by read_id) as copy from documents),

final as (select * exclude (copy) from ranked where copy = 1)

select * from final
