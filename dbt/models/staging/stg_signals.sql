with final as (select * from {{ source('raw', 'signals') }})

select * from final
