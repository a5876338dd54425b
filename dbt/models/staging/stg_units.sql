with final as (select * from {{ source('raw', 'units') }})

select * from final
