{{ config(materialized='touched', tags=['late'], meta={'touched': 'document_id'}) }}
-- The inputs as they count: what was read of whose report each is, with the corrections that apply.
with inputs as (select * from {{ ref('stg_inputs') }}),

units as (select * from {{ ref('stg_units') }}),

-- What people took out with foi withdraw comes as an exclusion too, and what came after its year was closed: both are told apart.
corrections as (select correction_id, origin, reason, evidence, made_at from {{ ref('stg_corrections') }}),

applied as (
    select
        input_id,
        max(value) filter (where action = 'assign_unit') as unit_code,
        max(value) filter (where action = 'assign_year')::integer as report_year,
        max(correction_id) filter (where action = 'exclude') as excluded_by,
        string_agg(correction_id, ', ' order by correction_id) filter (where action <> 'replace') as correction_id,
        max(value) filter (where action = 'replace') as replaces,
        max(correction_id) filter (where action = 'replace') as said_by
    from {{ ref('document_corrections') }}
    where outcome = 'applied'
    group by input_id
),

final as (
    select
        i.input_id, i.file, i.document_id, i.read_id, i.landed_at, i.first_landed_at, i.placed_at,
        case when a.excluded_by is null then i.state else 'quarantined' end as state,
        case when a.excluded_by is null then i.reason_code when x.origin in ('withdrawn', 'after_closing') then x.origin else 'excluded' end as reason_code,
        case when a.excluded_by is null then i.reason_place end as reason_place,
        case when a.excluded_by is null then i.reason_found when x.origin in ('withdrawn', 'after_closing') then x.reason else a.excluded_by end as reason_found,
        case when a.excluded_by is null then i.reason_expected end as reason_expected,
        coalesce(a.report_year, i.report_year) as report_year,
        coalesce(a.unit_code, i.unit_code) as unit_code,
        case when a.unit_code is null then i.unit_name else coalesce(u.name, i.unit_name) end as unit_name,
        i.published_on, i.url, a.correction_id,
        case when a.correction_id is not null then i.unit_code end as original_unit_code,
        case when a.correction_id is not null then i.report_year end as original_report_year,
        a.replaces, p.made_at as accepted_at,
        case when p.origin = 'accepted_answer' then p.evidence end as accepted_answer
    from inputs as i
    left join applied as a on i.input_id = a.input_id
    left join corrections as x on a.excluded_by = x.correction_id
    left join corrections as p on a.said_by = p.correction_id
    left join units as u on a.unit_code = u.unit_code
)

select * from final
