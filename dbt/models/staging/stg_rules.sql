with final as (select * from {{ source('raw', 'rules') }})

select * from final
