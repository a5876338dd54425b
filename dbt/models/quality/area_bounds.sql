{{ config(materialized='touched', tags=['late']) }}
-- What the known units of an area make at least, against the area's own report; what is missing is named, never filled in.
-- Flows only: stocks and fees are not added up over units. A table in which a printed sum fails or a number is impossible counts as missing.
-- The report of an area rests on those of all its units: they are read whether they are touched or not.
with units as (select * from {{ ref('dim_unit') }}),

within as (
    select distinct p.unit_code
    from {{ ref('unit_places') }} as p cross join unnest([p.county_code, p.city_code, p.province_code]) as a (area_code)
    where {{ is_touched('area_code', 'a.area_code') }}
),

known as (
    select * from {{ ref('fct_reports') }} where is_current and report_year is not null and unit_code in (select unit_code from within)
),

limits as (select name, value from {{ ref('stg_signal_values') }} where rule = 'parent_children'),

wrong as (
    select r.report_id, t.table_name
    from {{ ref('rule_results') }} as r semi join known as k on r.report_id = k.report_id and r.unit_code = k.unit_code inner join {{ ref('stg_rules') }} as t on r.form = t.form and r.rule_id = t.rule_id
    where r.result = 'fail' and r.severity = 'error'
    union
    select c.report_id, split_part(c.code, '.', 1)
    from {{ ref('cell_signals') }} as c inner join {{ ref('stg_signals') }} as s on c.rule = s.rule
    where c.result = 'fail' and s.severity = 'error'
),

broken as (select report_id, list(table_name) as tables from wrong group by report_id),

tables as (
    {%- for table, measures in var('area_measures').items() %}
    select '{{ table }}' as table_name, unnest({{ measures }}) as measure
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

reports as (
    select r.report_id, r.unit_code, r.unit_name, r.report_year, b.tables
    from known as r left join broken as b on r.report_id = b.report_id
),

numbers as (
    select
        r.report_id, r.unit_code, r.report_year, r.tables is not null and coalesce(list_has_any(r.tables, [t.table_name, 'statistics']), true) as is_broken,
        m.measure, m.amount
    from reports as r
    inner join {{ ref('fct_measures') }} as m on r.report_id = m.report_id and r.unit_code = m.unit_code
    inner join limits as x on x.name = 'measures' and m.measure = x.value
    left join tables as t on m.measure = t.measure
),

-- The prose says whether the tables are about the whole area: a number said of the area that is the table's, or that is larger.
told as (
    select
        c.report_id, bool_or(c.amount in (n.received, n.received + coalesce(n.carried_in, 0))) as is_area,
        bool_or(c.amount > n.received + coalesce(n.carried_in, 0)) as is_larger
    from {{ touched(ref('fct_counts')) }} as c
    inner join limits as x on x.name = 'prose' and c.code = x.value
    inner join (
        select
            report_id, max(amount) filter (where measure = 'received') as received,
            max(amount) filter (where measure = 'carried_in') as carried_in
        from {{ touched(ref('fct_measures')) }} group by report_id
    ) as n on c.report_id = n.report_id
    where c.scope = 'area' and not c.is_approximate
    group by c.report_id
),

areas as (
    select
        r.report_id, r.unit_code as area_code, r.unit_name as area_name, r.report_year, u.level,
        case when t.is_area then 'area' when t.is_larger then 'office' else 'unknown' end as scope
    from reports as r
    inner join units as u on r.unit_code = u.unit_code and u.kind <> 'department' and u.level in ('county', 'city', 'province')
    left join told as t on r.report_id = t.report_id
),

-- Vertical bodies stand in an area and belong to someone else.
vertical as (
    select u.unit_code
    from units as u inner join {{ source('raw', 'vertical_bodies') }} as x on regexp_matches(u.unit_name, x.pattern)
    where u.level = 'department'
),

-- The townships and departments of an area that has a report of its own: known to the registry, or having filed once.
-- Where a unit stood, and whether it was there at all, is asked for each year.
leaves as (
    select u.unit_code, u.unit_name, y.area_code, y.report_year
    from units as u
    inner join {{ ref('unit_places') }} as p on u.unit_code = p.unit_code
    cross join unnest([p.county_code, p.city_code, p.province_code]) as a (area_code)
    inner join areas as y
        on a.area_code = y.area_code and y.report_year between coalesce(p.first_year, y.report_year) and coalesce(p.last_year, y.report_year)
    left join {{ source('raw', 'unit_spans') }} as s on u.unit_code = s.unit_code
    where u.unit_code <> y.area_code
        and (u.level = 'township' or (u.level = 'department' and u.unit_code in (select unit_code from reports)))
        and u.unit_code not in (select unit_code from vertical)
        and y.report_year between coalesce(case when not s.is_assumed then s.first_year end, y.report_year)
        and coalesce(s.last_year, y.report_year)
),

-- One county's government is one more unit of its city, where its own number is larger than that of its units.
of_leaves as (
    select
        l.area_code, n.report_year, n.measure, sum(n.amount) filter (where not n.is_broken) as known_sum,
        count(n.amount) filter (where not n.is_broken)::integer as known_units
    from leaves as l inner join numbers as n on l.unit_code = n.unit_code and l.report_year = n.report_year
    group by all
),

counties as (
    select
        u.unit_code as county_code, a.area_code, n.report_year, n.measure,
        greatest(n.amount - coalesce(k.known_sum, 0), 0) as more
    from units as u
    inner join {{ ref('unit_places') }} as p on u.unit_code = p.unit_code
    cross join unnest([p.city_code, p.province_code]) as a (area_code)
    inner join numbers as n
        on u.unit_code = n.unit_code and not n.is_broken and n.amount is not null
        and n.report_year between coalesce(p.first_year, n.report_year) and coalesce(p.last_year, n.report_year)
    left join of_leaves as k on u.unit_code = k.area_code and n.report_year = k.report_year and n.measure = k.measure
    where u.level = 'county' and a.area_code is not null
),

of_counties as (
    select area_code, report_year, measure, sum(more) as more, count(*)::integer as governments
    from counties group by all
),

missing as (
    select
        l.area_code, l.report_year, n.measure, count(*)::integer as missing_units,
        case when count(*) <= 60 then string_agg(l.unit_name, ', ' order by l.unit_code) end as missing_names
    from leaves as l
    cross join (select value as measure from limits where name = 'measures') as n
    left join numbers as x
        on l.unit_code = x.unit_code and l.report_year = x.report_year and n.measure = x.measure and not x.is_broken
        and x.amount is not null
    where x.unit_code is null
    group by all
),

final as (
    select
        a.report_id, a.area_code, a.area_name, a.level, a.report_year, n.measure, a.scope, n.amount as area_number,
        (coalesce(k.known_sum, 0) + coalesce(c.more, 0))::decimal(18, 6) as known_sum,
        coalesce(k.known_units, 0) + coalesce(c.governments, 0) as known_units, coalesce(m.missing_units, 0) as missing_units,
        m.missing_names,
        case when n.amount >= coalesce(k.known_sum, 0) + coalesce(c.more, 0)
            then (n.amount - coalesce(k.known_sum, 0) - coalesce(c.more, 0))::decimal(18, 6) end as most_missing,
        case
            when n.amount is null or coalesce(k.known_units, 0) + coalesce(c.governments, 0) = 0 then 'not_assessable'
            when a.scope = 'office' then 'not_assessable'
            when n.amount >= coalesce(k.known_sum, 0) + coalesce(c.more, 0) then 'possible'
            when a.scope = 'area' then 'impossible' else 'impossible_if_whole_area' end as answer
    from areas as a
    inner join numbers as n on a.report_id = n.report_id
    left join of_leaves as k on a.area_code = k.area_code and a.report_year = k.report_year and n.measure = k.measure
    left join of_counties as c on a.area_code = c.area_code and a.report_year = c.report_year and n.measure = c.measure
    left join missing as m on a.area_code = m.area_code and a.report_year = m.report_year and n.measure = m.measure
    where {{ is_touched('report_id', 'a.report_id') }}
)

select * from final
