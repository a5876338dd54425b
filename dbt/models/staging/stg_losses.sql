with final as (select * from {{ source('raw', 'losses') }})

select * from final
