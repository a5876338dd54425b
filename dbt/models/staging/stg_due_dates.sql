with final as (select distinct * from {{ source('raw', 'due_dates') }})

select * from final
