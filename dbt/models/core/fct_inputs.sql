with inputs as (select * from {{ ref('stg_inputs') }}),

reports as (select * from {{ ref('fct_reports') }}),

final as (
    select
        i.input_id, i.file, i.document_id, r.report_id,
        case
            when i.state = 'quarantined' then 'quarantined'
            when r.file <> i.file then 'duplicate'
            else r.report_state
        end as input_state,
        case when r.file <> i.file then r.file end as duplicate_of,
        case when r.file = i.file and not r.is_current then r.current_file end as superseded_by,
        i.reason_code, i.reason_place, i.reason_found, i.reason_expected, i.report_year, i.unit_code, i.unit_name
    from inputs as i left join reports as r on i.document_id = r.document_id and i.state = 'read'
)

select * from final
