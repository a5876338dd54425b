with final as (select distinct * from {{ source('raw', 'unit_spans') }})

select * from final
