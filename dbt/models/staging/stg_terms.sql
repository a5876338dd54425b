with final as (select * from {{ source('raw', 'terms') }})

select * from final
