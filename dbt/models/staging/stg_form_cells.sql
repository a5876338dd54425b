with final as (select * from {{ source('raw', 'form_cells') }})

select * from final
