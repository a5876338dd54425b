with final as (select * from {{ source('raw', 'corrections') }})

select * from final
