with final as (select distinct * from {{ source('raw', 'successions') }})

select * from final
