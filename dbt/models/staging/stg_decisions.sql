with final as (select * from {{ source('raw', 'decisions') }})

select * from final
