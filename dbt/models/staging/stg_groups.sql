with final as (select * from {{ source('raw', 'groups') }})

select * from final
