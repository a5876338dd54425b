with final as (select distinct * from {{ source('raw', 'final_units') }})

select * from final
