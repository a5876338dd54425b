with final as (select * from {{ source('raw', 'rule_terms') }})

select * from final
