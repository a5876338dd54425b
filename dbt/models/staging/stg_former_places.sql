with final as (select distinct * from {{ source('raw', 'former_places') }})

select * from final
