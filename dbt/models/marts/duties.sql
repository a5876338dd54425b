{{ config(materialized='touched', tags=['late'], meta={'touched': 'place', 'touched_expression': 'coalesce(county_code, unit_code)'}) }}
-- Who owes a report of which year, and why: a roster, a report, a manifest, or the registry where the townships of a county report.
with inputs as (select * from {{ ref('stg_inputs') }}),

roster as (select * from {{ ref('stg_roster') }} where kind = 'annual_report'),

manifest as (
    select distinct hints ->> '$.unit_code' as unit_code, (hints ->> '$.report_year')::integer as report_year from inputs
    where hints ->> '$.unit_code' is not null and hints ->> '$.report_year' is not null
),

units as (select * from {{ ref('dim_unit') }}),

-- Bodies that never filed have no row in dim_unit: the roster knows their names; in a manifest they go by their area and their own word.
everyone as (
    select unit_code, unit_name, level, kind, province_code, city_code, county_code from units
    union all
    select
        unit_code, any_value(unit_name), any_value(level), any_value(unit_kind), any_value(province_code), any_value(city_code),
        any_value(county_code)
    from roster where unit_code not in (select unit_code from units) group by unit_code
    union all
    select distinct
        m.unit_code, concat(a.unit_name, substr(m.unit_code, length(a.unit_code) + 2)), 'department', 'department',
        a.province_code, a.city_code, a.county_code
    from manifest as m inner join units as a on split_part(m.unit_code, '-', 1) = a.unit_code
    where contains(m.unit_code, '-') and m.unit_code not in (select unit_code from units union select unit_code from roster)
),

registry as (select * from everyone where {{ is_touched('place', 'coalesce(county_code, unit_code)') }}),

vertical as (
    select distinct r.unit_code from registry as r inner join {{ ref('stg_vertical_bodies') }} as v on regexp_matches(r.unit_name, v.pattern)
    where r.level = 'department'
),

filed as (
    select unit_code, report_year from {{ ref('fct_reports') }}
    where is_current and unit_code is not null and report_year is not null
),

reports as (select * from filed where unit_code in (select unit_code from registry)),

-- The one thing that all places share: a year that nobody had reported of makes a full build.
years as (
    select unnest(generate_series(min(report_year), max(report_year)))::integer as report_year from filed
    union
    select report_year from roster where report_year is not null
    union
    select report_year from {{ ref('stg_seasons') }}
),

-- The line of the year stands before the line for every year.
lines as (
    select r.* exclude (report_year), y.report_year
    from roster as r
    inner join years as y on r.report_year = y.report_year or r.report_year is null
    where y.report_year <= coalesce(r.last_year, y.report_year)
    qualify row_number() over (partition by r.unit_code, y.report_year order by r.report_year nulls last) = 1
),

townships as (select unit_code, county_code from registry where level = 'township' and kind <> 'other' and county_code is not null),

-- A successor is taken to begin with the change, unless it filed before.
spans as (
    select s.unit_code, case when s.is_assumed then least(s.first_year, r.first_year) else s.first_year end as first_year, s.last_year
    from {{ ref('stg_unit_spans') }} as s
    left join (select unit_code, min(report_year) as first_year from reports group by unit_code) as r on s.unit_code = r.unit_code
),

listed as (
    select t.county_code, y.report_year, count(*) as units
    from townships as t
    cross join years as y
    left join spans as s on t.unit_code = s.unit_code
    where y.report_year between coalesce(s.first_year, y.report_year) and coalesce(s.last_year, y.report_year)
    group by t.county_code, y.report_year
),

-- A roster that names more than half of the townships of a county is its list of them: the registry adds none. A shorter one only
-- says something about a few.
decided as (
    select l.county_code, l.report_year
    from lines as l
    left join listed as k on l.county_code = k.county_code and l.report_year = k.report_year
    where l.level = 'township'
    group by l.county_code, l.report_year
    having count(*) > any_value(coalesce(k.units, 0)) / 2
),

reporting_counties as (
    select distinct u.county_code
    from reports as r inner join registry as u on r.unit_code = u.unit_code where u.level = 'township' and u.county_code is not null
),

-- Farms, zones and the like stand in the registry too; whether they report only a roster or a report can tell.
by_registry as (
    select t.unit_code, y.report_year
    from townships as t
    inner join reporting_counties as c on t.county_code = c.county_code
    cross join years as y
    left join decided as d on t.county_code = d.county_code and y.report_year = d.report_year
    where d.county_code is null
    union all
    select c.county_code, y.report_year from reporting_counties as c cross join years as y
),

claims as (
    select unit_code, report_year, 'roster' as owed_by, 1 as turn from lines
    union all
    select r.unit_code, y.report_year, 'report', 2 from (select distinct unit_code from reports) as r cross join years as y
    union all
    select unit_code, report_year, 'manifest', 3 from manifest
    union all
    select unit_code, report_year, 'registry', 4 from by_registry
),

owed as (
    select c.unit_code, c.report_year, c.owed_by
    from claims as c
    left join reports as r on c.unit_code = r.unit_code and c.report_year = r.report_year
    left join spans as s on split_part(c.unit_code, '-', 1) = s.unit_code or c.unit_code = s.unit_code
    -- A report belongs to the unit as of 31 December of its year: what was not there then owes none.
    where c.owed_by = 'roster' or r.unit_code is not null
        or c.report_year between coalesce(s.first_year, c.report_year) and coalesce(s.last_year, c.report_year)
    qualify row_number() over (partition by c.unit_code, c.report_year order by c.turn) = 1
),

final as (
    select
        o.unit_code, u.unit_name, u.level, u.kind, coalesce(p.province_code, u.province_code) as province_code,
        case when p.unit_code is null then u.city_code else p.city_code end as city_code,
        case when p.unit_code is null then u.county_code else p.county_code end as county_code, o.report_year,
        coalesce(make_date(o.report_year + 1, l.due_month, l.due_day), make_date(o.report_year + 1, d.month, d.day)) as due,
        case when l.due_month is null then d.law end as due_law, o.owed_by, coalesce(l.is_exempt, false) as is_exempt, l.exempt_reason, l.note
    from owed as o
    inner join registry as u on o.unit_code = u.unit_code
    -- A body that never filed stands only in the roster, and where that says.
    left join {{ ref('unit_places') }} as p
        on o.unit_code = p.unit_code and o.report_year between coalesce(p.first_year, o.report_year) and coalesce(p.last_year, o.report_year)
    left join lines as l on o.unit_code = l.unit_code and o.report_year = l.report_year
    left join {{ ref('stg_due_dates') }} as d
        on d.kind = 'annual_report' and u.level = d.level
        and o.report_year between d.first_year and coalesce(d.last_year, o.report_year)
    where o.owed_by = 'roster' or o.unit_code not in (select unit_code from vertical)
)

select * from final
