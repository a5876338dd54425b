{{ config(materialized='touched', tags=['late'], meta={'touched': 'document_id'}) }}
with inputs as (select * from {{ touched(ref('corrected_inputs'), 'document_id') }}),

copies as (select * from {{ ref('document_copies') }}),

reports as (select * from {{ touched(ref('fct_reports')) }}),

final as (
    select
        i.input_id, i.file, i.document_id, r.report_id,
        case
            when i.state = 'quarantined' then 'quarantined'
            when r.file <> i.file then 'duplicate'
            else r.report_state
        end as input_state,
        case when r.file <> i.file then r.file end as duplicate_of,
        case
            when r.file <> i.file and r.document_id = i.document_id then 'same_bytes'
            when r.file <> i.file then 'same_content'
        end as duplicate_reason,
        case when r.file = i.file and not r.is_current then r.current_file end as superseded_by,
        i.reason_code, i.reason_place, i.reason_found, i.reason_expected, i.report_year, i.unit_code, i.unit_name,
        i.first_landed_at as landed_at, i.original_unit_code, i.original_report_year, i.correction_id
    from inputs as i
    left join copies as c on i.document_id = c.document_id and i.state = 'read'
    left join reports as r on c.spoken_by = r.document_id
)

select * from final
