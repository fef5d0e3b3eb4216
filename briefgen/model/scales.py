"""The words of the published scales that a desk's own judgement is given in."""

# The words of the two scales in use, with the share of cases each stands for.
# ICD 203 (Analytic Standards, Office of the Director of National Intelligence, 2015), section D.6.e(2)(a);
# PHIA probability yardstick (UK Professional Head of Intelligence Assessment, 2019).
LIKELIHOODS: dict[str, dict[str, str]] = {
    "icd203": {
        "almost no chance": "1 to 5 per cent",
        "very unlikely": "5 to 20 per cent",
        "unlikely": "20 to 45 per cent",
        "roughly even chance": "45 to 55 per cent",
        "likely": "55 to 80 per cent",
        "very likely": "80 to 95 per cent",
        "almost certain": "95 to 99 per cent",
    },
    "phia": {
        "remote chance": "up to 5 per cent",
        "highly unlikely": "10 to 20 per cent",
        "unlikely": "25 to 35 per cent",
        "realistic possibility": "40 to 50 per cent",
        "likely": "55 to 75 per cent",
        "highly likely": "80 to 90 per cent",
        "almost certain": "95 per cent or more",
    },
}
