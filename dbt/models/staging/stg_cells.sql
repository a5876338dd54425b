with cells as (select * from {{ source('raw', 'cells') }}),

-- The same reading may have landed in two batches; its rows are equal.
ranked as (select *, row_number() over (partition by read_id, code) as copy from cells),

final as (select * exclude (copy) from ranked where copy = 1)

select * from final
