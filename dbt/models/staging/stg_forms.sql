with final as (select * from {{ source('raw', 'forms') }})

select * from final
