with final as (select distinct * from {{ source('raw', 'vertical_bodies') }})

select * from final
