with final as (select distinct * from {{ source('raw', 'seasons') }})

select * from final
