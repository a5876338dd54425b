with units as (select * from {{ ref('stg_units') }}),

reports as (select * from {{ ref('fct_reports') }}),

-- Departments and offices have no division code: their code begins with the code of their area.
made as (
    select
        unit_code, min(unit_name) as name, 'department' as level,
        case when unit_code like '%-office' then 'office' else 'department' end as kind,
        split_part(unit_code, '-', 1) as parent_code,
        substr(split_part(unit_code, '-', 1), 1, 2) as province_code,
        nullif(substr(split_part(unit_code, '-', 1), 1, 4), substr(unit_code, 1, 2)) as city_code,
        case when length(split_part(unit_code, '-', 1)) >= 6 then substr(unit_code, 1, 6) end as county_code
    from reports
    where unit_code is not null and unit_code not in (select unit_code from units)
    group by unit_code
),

everything as (
    select unit_code, name, level, kind, parent_code, province_code, city_code, county_code from units
    union all
    select unit_code, name, level, kind, parent_code, province_code, city_code, county_code from made
),

final as (
    select
        e.unit_code, e.name as unit_name, e.level, e.kind, e.parent_code, e.province_code, p.name as province_name,
        e.city_code, c.name as city_name, e.county_code, k.name as county_name
    from everything as e
    left join units as p on e.province_code = p.unit_code
    left join units as c on e.city_code = c.unit_code
    left join units as k on e.county_code = k.unit_code
)

select * from final
