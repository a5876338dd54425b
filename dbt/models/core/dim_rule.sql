{{ config(tags=['law']) }}
select form, rule, instance, rule_id, table_name, severity, law, zh, en from {{ ref('stg_rules') }}
