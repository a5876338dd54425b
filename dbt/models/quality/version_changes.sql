{{ config(materialized='touched', tags=['late'], meta={'touched': 'report_id', 'touched_expression': 'to_report_id'}) }}
-- What changed between successive versions of a report: every number, and whether each part of the prose did. Corrections stay out
-- of it: this is what the source said before and after.
with reports as (
    select * from {{ touched(ref('fct_reports')) }} where versions > 1 and unit_code is not null and report_year is not null
),

pairs as (
    select
        unit_code, unit_name, report_year, report_id as to_report_id, version_number as to_version,
        published_on as to_published_on, landed_at as to_landed_at,
        lag(report_id) over versions_in_order as from_report_id, lag(version_number) over versions_in_order as from_version,
        lag(published_on) over versions_in_order as from_published_on,
        lag(landed_at) over versions_in_order as from_landed_at
    from reports
    window versions_in_order as (partition by unit_code, report_year order by version_number)
    qualify from_report_id is not null
),

cells as (
    select
        report_id, code, case when correction_id is null then value else original_value end as value, coalesce(original_state, state) as state, unit
    from {{ touched(ref('fct_cells')) }}
    where report_id in (select report_id from reports) and coalesce(original_state, state) not in ('absent', 'not_asked')
),

sections as (select * from {{ touched(ref('fct_sections')) }} where report_id in (select report_id from reports)),

either as (
    select p.to_report_id, c.code from pairs as p inner join cells as c on p.from_report_id = c.report_id
    union
    select p.to_report_id, c.code from pairs as p inner join cells as c on p.to_report_id = c.report_id
),

numbers as (
    select
        p.*, 'cell' as kind, e.code, b.value as from_value, coalesce(b.state, 'absent') as from_state, b.unit as from_unit,
        a.value as to_value, coalesce(a.state, 'absent') as to_state, a.unit as to_unit
    from pairs as p
    inner join either as e on p.to_report_id = e.to_report_id
    left join cells as b on p.from_report_id = b.report_id and e.code = b.code
    left join cells as a on p.to_report_id = a.report_id and e.code = a.code
    -- The same number is no change, however it was read.
    where b.value is distinct from a.value or (b.value is null and a.value is null and b.state is distinct from a.state)
        or (b.value is not null and b.unit is distinct from a.unit)
),

parts as (
    select p.to_report_id, s.section from pairs as p inner join sections as s on p.from_report_id = s.report_id
    union
    select p.to_report_id, s.section from pairs as p inner join sections as s on p.to_report_id = s.report_id
),

prose as (
    select
        p.*, 'prose' as kind, concat('section.', e.section) as code, null as from_value,
        case when b.text is null then 'absent' else 'reported' end as from_state, null as from_unit, null as to_value,
        case when a.text is null then 'absent' else 'reported' end as to_state, null as to_unit
    from pairs as p
    inner join parts as e on p.to_report_id = e.to_report_id
    left join sections as b on p.from_report_id = b.report_id and e.section = b.section
    left join sections as a on p.to_report_id = a.report_id and e.section = a.section
    where b.text is distinct from a.text
),

final as (
    select
        unit_code, unit_name, report_year, from_report_id, to_report_id, from_version, to_version, kind, code,
        from_value::decimal(18, 6) as from_value, from_state, from_unit, to_value::decimal(18, 6) as to_value, to_state, to_unit,
        from_published_on, to_published_on, from_landed_at, to_landed_at
    from (select * from numbers union all by name select * from prose)
)

select * from final
