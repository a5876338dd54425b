with final as (select * from {{ source('raw', 'relations') }})

select * from final
