-- The same reading may have landed in two batches; its rows are equal.
with final as (select distinct * from {{ source('raw', 'counts') }})

select * from final
