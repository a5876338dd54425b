with final as (select * from {{ source('raw', 'signal_values') }})

select * from final
