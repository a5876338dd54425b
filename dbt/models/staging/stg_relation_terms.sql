with final as (select * from {{ source('raw', 'relation_terms') }})

select * from final
