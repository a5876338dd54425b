-- The same reading may have landed in two batches; its rows are equal, so that those of all but one of them are passed over.
with final as (
    select r.* exclude (filename)
    from {{ source('raw', 'counts') }} as r
    anti join change.repeated as x on r.read_id = x.read_id and parse_path(r.filename)[-2] = x.batch
)

select * from final
