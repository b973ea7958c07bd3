"""The formats of credentials that providers publish, as data: what they begin with, and what follows.

A shape is parts set apart by spaces: a class of characters with how many of them (``an{36}``, ``hex{32,40}``), or
literal text. Of two parts in a row at most one has a variable length, unless literal text parts them, so that matching
takes linear time. The sources are the providers' pages, where one describes the format, or else the published rules
of gitleaks, kingfisher or trufflehog.
"""

from __future__ import annotations

from prodlint.light_typing import NamedTuple

CLASSES = {
    "d": "[0-9]",
    "hex": "[0-9a-f]",
    "HEX": "[0-9A-F]",
    "Hex": "[0-9A-Fa-f]",
    "lower": "[0-9a-z]",
    "upper": "[0-9A-Z]",
    "az": "[A-Za-z]",
    "an": "[0-9A-Za-z]",
    "b32": "[A-Z2-7]",
    "b58": "[1-9A-HJ-NP-Za-km-z]",
    "b64": "[0-9A-Za-z+/]",
    "url": "[0-9A-Za-z_-]",
    "urldot": "[0-9A-Za-z_.-]",
    "bech": "[02-9AC-HJ-NP-Z]",
    "tilde": "[0-9A-Za-z_.~-]",
    "pad": "=",
}
"""The classes of characters that shapes are made of, as regular expressions."""


class Format(NamedTuple):
    """One kind of token: ``prefix`` is what it begins with, and all of it that is ever shown.

    With ``before`` the prefix stands inside the token, behind that shape, and nothing is shown. ``check`` names the
    structure check of `prodlint.secrets.checks` that a match has to pass.
    """

    id: str
    provider: str
    prefix: str
    shape: str
    source: str
    check: str = ""
    before: str = ""


class NamedFormat(NamedTuple):
    """A token without a mark of its own, which counts where the name it is given to holds the keyword."""

    id: str
    provider: str
    keyword: str
    shape: str
    source: str


_GITLEAKS = "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml"
_KINGFISHER = "https://github.com/mongodb/kingfisher/tree/main/crates/kingfisher-rules/data/rules"
_TRUFFLEHOG = "https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors"
_GITHUB = "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/"
_GITHUB_KINDS = (
    "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/"
    "about-authentication-to-github#githubs-token-formats"
)
_NPM = "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/"
_AWS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids"
_SLACK = "https://docs.slack.dev/authentication/tokens"
_STRIPE = "https://docs.stripe.com/keys"
_GITLAB = "https://docs.gitlab.com/security/tokens/#token-prefixes"
_SHOPIFY = "https://shopify.dev/changelog/length-of-the-shopify-access-token-is-increasing"
_DIGITALOCEAN = "https://docs.digitalocean.com/reference/api/create-personal-access-token/"
_VAULT = "https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes"
_DOPPLER = "https://docs.doppler.com/docs/service-tokens"
_SENTRY = "https://docs.sentry.io/account/auth-tokens/"
_NEW_RELIC = "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/"
_GRAFANA = "https://grafana.com/docs/grafana/latest/administration/service-accounts/"
_PLANETSCALE = "https://planetscale.com/docs/api/reference/service-tokens"
_TAILSCALE = "https://tailscale.com/kb/1277/key-prefixes"
_CLOUDFLARE = "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/"
_SONAR = "https://docs.sonarsource.com/sonarqube-server/user-guide/managing-tokens"
_DYNATRACE = "https://docs.dynatrace.com/docs/dynatrace-api/basics/dynatrace-api-authentication"
_FLY = "https://fly.io/docs/security/tokens/"
_SQUARE = "https://developer.squareup.com/docs/build-basics/access-tokens"
_ORY = "https://www.ory.com/docs/concepts/personal-access-token"

FORMATS = (
    # Code hosting, packages, builds
    Format("github-personal-token", "GitHub", "ghp_", "an{36}", _GITHUB, "base62_crc32"),
    Format("github-oauth-token", "GitHub", "gho_", "an{36}", _GITHUB, "base62_crc32"),
    Format("github-user-token", "GitHub", "ghu_", "an{36}", _GITHUB, "base62_crc32"),
    Format("github-server-token", "GitHub", "ghs_", "an{36}", _GITHUB, "base62_crc32"),
    Format("github-refresh-token", "GitHub", "ghr_", "an{36,76}", _GITHUB, "base62_crc32"),
    Format("github-fine-grained-token", "GitHub", "github_pat_", "an{22} _ an{59}", _GITHUB_KINDS),
    Format("gitlab-personal-token", "GitLab", "glpat-", "url{20,64}", _GITLAB),
    Format("gitlab-routable-token", "GitLab", "glpat-", "url{27,300} . lower{9}", _GITLAB),
    Format("gitlab-trigger-token", "GitLab", "glptt-", "hex{40}", _GITLAB),
    Format("gitlab-runner-token", "GitLab", "glrt-", "url{20,64}", _GITLAB),
    Format("gitlab-registration-token", "GitLab", "GR1348941", "url{20}", _GITLAB),
    Format("gitlab-deploy-token", "GitLab", "gldt-", "url{20,64}", _GITLAB),
    Format("gitlab-feed-token", "GitLab", "glft-", "url{20,64}", _GITLAB),
    Format("gitlab-mail-token", "GitLab", "glimt-", "url{25}", _GITLAB),
    Format("gitlab-agent-token", "GitLab", "glagent-", "url{50}", _GITLAB),
    Format("gitlab-job-token", "GitLab", "glcbt-", "an{1,5} _ url{20,64}", _GITLAB),
    Format("gitlab-scim-token", "GitLab", "glsoat-", "url{20,64}", _GITLAB),
    Format("gitlab-oauth-secret", "GitLab", "gloas-", "url{64}", _GITLAB),
    Format("gitlab-flag-token", "GitLab", "glffct-", "url{20,64}", _GITLAB),
    Format("bitbucket-app-password", "Bitbucket", "ATBB", "an{32}", _TRUFFLEHOG),
    Format("bitbucket-access-token", "Bitbucket", "ATCTT3xFf", "tilde{100,400} = HEX{8}", _KINGFISHER),
    Format("bitbucket-server-token", "Bitbucket", "BBDC-", "b64{43}", _GITLEAKS),
    Format("sourcegraph-token", "Sourcegraph", "sgp_", "hex{16} _ hex{40}", _GITLEAKS),
    Format("sourcegraph-local-token", "Sourcegraph", "sgp_local_", "hex{40}", _GITLEAKS),
    Format("sourcegraph-old-token", "Sourcegraph", "sgp_", "hex{40}", _GITLEAKS),
    Format("npm-token", "npm", "npm_", "an{36}", _NPM, "base62_crc32"),
    Format(
        "pypi-token", "PyPI", "pypi-AgEIcHlwaS5vcmc", "url{50,1000}", "https://pypi.org/help/#apitoken", "pypi_macaroon"
    ),
    Format(
        "test-pypi-token", "TestPyPI", "pypi-AgENdGVzdC5weXBpLm9yZw", "url{50,1000}", "https://pypi.org/help/#apitoken"
    ),
    Format("rubygems-key", "RubyGems", "rubygems_", "hex{48}", "https://guides.rubygems.org/api-key-scopes/"),
    Format("clojars-token", "Clojars", "CLOJARS_", "lower{60}", _GITLEAKS),
    Format("crates-token", "crates.io", "cio", "an{32}", "https://github.com/rust-lang/crates.io/pull/4136"),
    Format("nuget-key", "NuGet", "oy2", "lower{43}", _KINGFISHER),
    Format("docker-token", "Docker Hub", "dckr_pat_", "url{27}", "https://docs.docker.com/security/access-tokens/"),
    Format(
        "docker-organization-token",
        "Docker Hub",
        "dckr_oat_",
        "url{32}",
        "https://docs.docker.com/security/access-tokens/",
    ),
    Format("artifactory-key", "JFrog", "AKCp", "an{69}", _GITLEAKS),
    Format("artifactory-reference-token", "JFrog", "cmVmd", "an{59}", _GITLEAKS),
    Format(
        "octopus-key",
        "Octopus Deploy",
        "API-",
        "upper{26}",
        "https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key",
    ),
    Format("buildkite-token", "Buildkite", "bkua_", "hex{40}", "https://buildkite.com/docs/apis/managing-api-tokens"),
    Format(
        "circleci-token", "CircleCI", "CCIPAT_", "b58{22} _ hex{40}", "https://circleci.com/docs/managing-api-tokens/"
    ),
    Format(
        "pulumi-token",
        "Pulumi",
        "pul-",
        "hex{40}",
        "https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/",
    ),
    Format("sonar-user-token", "SonarQube", "squ_", "hex{40}", _SONAR),
    Format("sonar-project-token", "SonarQube", "sqp_", "hex{40}", _SONAR),
    Format("sonar-analysis-token", "SonarQube", "sqa_", "hex{40}", _SONAR),
    Format("harness-user-token", "Harness", "pat.", "url{22} . an{24} . an{20}", _GITLEAKS),
    Format("harness-service-token", "Harness", "sat.", "url{22} . an{24} . an{20}", _GITLEAKS),
    Format("infracost-key", "Infracost", "ico-", "an{32}", _GITLEAKS),
    Format("scalingo-token", "Scalingo", "tk-us-", "url{48}", _GITLEAKS),
    Format("prefect-key", "Prefect", "pnu_", "an{36}", _GITLEAKS),
    Format("prefect-service-key", "Prefect", "pnb_", "an{36}", _KINGFISHER),
    Format("readme-key", "ReadMe", "rdme_", "lower{70}", _GITLEAKS),
    Format("snyk-token", "Snyk", "snyk_uat.", "hex{8} . url{60,400}", _KINGFISHER),
    Format(
        "postman-key",
        "Postman",
        "PMAK-",
        "hex{24} - hex{34}",
        "https://learning.postman.com/docs/developer/postman-api/authentication/",
    ),
    Format("postman-collection-key", "Postman", "PMAT-", "upper{26}", _KINGFISHER),
    Format("linear-key", "Linear", "lin_api_", "an{40}", "https://linear.app/developers/graphql#personal-api-keys"),
    Format("linear-oauth-token", "Linear", "lin_oauth_", "hex{64}", _KINGFISHER),
    Format(
        "atlassian-token",
        "Atlassian",
        "ATATT3",
        "tilde{120,400} = HEX{8}",
        "https://id.atlassian.com/manage-profile/security/api-tokens",
    ),
    Format("atlassian-oauth-secret", "Atlassian", "ATOA", "tilde{60,200}", _TRUFFLEHOG),
    Format("figma-token", "Figma", "figd_", "url{40}", "https://www.figma.com/developers/api#access-tokens"),
    Format("frameio-token", "Frame.io", "fio-u-", "url{64}", _GITLEAKS),
    Format("notion-token", "Notion", "ntn_", "d{11} an{35}", "https://developers.notion.com/page/changelog"),
    Format("notion-old-token", "Notion", "secret_", "an{43}", "https://developers.notion.com/page/changelog"),
    Format(
        "airtable-token",
        "Airtable",
        "pat",
        "an{14} . hex{64}",
        "https://airtable.com/developers/web/guides/personal-access-tokens",
    ),
    Format("typeform-token", "Typeform", "tfp_", "urldot{44,59}", _GITLEAKS),
    Format(
        "contentful-token",
        "Contentful",
        "CFPAT-",
        "url{43}",
        "https://www.contentful.com/developers/docs/references/authentication/",
    ),
    Format("storyblok-token", "Storyblok", "sb_pat_", "an{40}", _KINGFISHER),
    # Clouds and hosting
    Format("aws-access-key", "AWS", "AKIA", "b32{16}", _AWS, "aws_account"),
    Format("aws-temporary-key", "AWS", "ASIA", "b32{16}", _AWS, "aws_account"),
    Format("aws-bearer-token", "AWS", "ABIA", "b32{16}", _AWS),
    Format("aws-context-key", "AWS", "ACCA", "b32{16}", _AWS),
    Format("aws-bedrock-key", "AWS", "ABSK", "b64{109,269} pad{0,2}", _GITLEAKS),
    Format(
        "aws-bedrock-short-key",
        "AWS",
        "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t",
        "b64{20,1500} pad{0,2}",
        _GITLEAKS,
    ),
    Format("amazon-mws-token", "Amazon", "amzn.mws.", "hex{8} - hex{4} - hex{4} - hex{4} - hex{12}", _TRUFFLEHOG),
    Format("amazon-oauth-secret", "Amazon", "amzn1.oa2-cs.v1.", "hex{64}", _KINGFISHER),
    Format("google-api-key", "Google", "AIza", "url{35}", "https://docs.cloud.google.com/docs/authentication/api-keys"),
    Format(
        "google-oauth-token",
        "Google",
        "ya29.",
        "url{30,400}",
        "https://developers.google.com/identity/protocols/oauth2#size",
    ),
    Format("google-oauth-secret", "Google", "GOCSPX-", "url{28}", "https://support.google.com/cloud/answer/15549257"),
    Format(
        "google-refresh-token",
        "Google",
        "1//0",
        "url{40,200}",
        "https://developers.google.com/identity/protocols/oauth2#size",
    ),
    Format(
        "google-hmac-key",
        "Google",
        "GOOG1E",
        "upper{55}",
        "https://docs.cloud.google.com/storage/docs/authentication/hmackeys",
    ),
    Format("firebase-server-key", "Firebase", "AAAA", "url{7} :APA91b url{130,160}", _TRUFFLEHOG),
    Format(
        "azure-storage-key",
        "Azure",
        "AccountKey=",
        "b64{86} ==",
        "https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage",
    ),
    Format(
        "azure-shared-access-key",
        "Azure",
        "SharedAccessKey=",
        "b64{43} =",
        "https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas",
    ),
    Format("azure-client-secret", "Azure", "Q~", "tilde{31,34}", _GITLEAKS, before="an{3} d{1}"),
    Format(
        "azure-devops-token",
        "Azure DevOps",
        "AZDO",
        "an{4}",
        "https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate",
        before="an{76}",
    ),
    Format("azure-hashed-key", "Azure", "JQQJ99", "an{32} AAA an{5} AZ an{6}", _KINGFISHER, before="an{38,40}"),
    Format("digitalocean-token", "DigitalOcean", "dop_v1_", "hex{64}", _DIGITALOCEAN),
    Format("digitalocean-oauth-token", "DigitalOcean", "doo_v1_", "hex{64}", _DIGITALOCEAN),
    Format("digitalocean-refresh-token", "DigitalOcean", "dor_v1_", "hex{64}", _DIGITALOCEAN),
    Format("alibaba-key-id", "Alibaba Cloud", "LTAI", "an{20}", _GITLEAKS),
    Format("tencent-key-id", "Tencent Cloud", "AKID", "an{32}", _KINGFISHER),
    Format(
        "yandex-api-key",
        "Yandex Cloud",
        "AQVN",
        "url{35,38}",
        "https://yandex.cloud/en/docs/iam/concepts/authorization/api-key",
    ),
    Format(
        "yandex-static-key",
        "Yandex Cloud",
        "YCAJE",
        "url{20}",
        "https://yandex.cloud/en/docs/iam/concepts/authorization/access-key",
    ),
    Format(
        "yandex-iam-token",
        "Yandex Cloud",
        "t1.",
        "url{20,400} . url{86} pad{0,2}",
        "https://yandex.cloud/en/docs/iam/concepts/authorization/iam-token",
    ),
    Format(
        "yandex-oauth-token",
        "Yandex",
        "y0_",
        "url{50,60}",
        "https://yandex.cloud/en/docs/iam/concepts/authorization/oauth-token",
    ),
    Format("scaleway-key-id", "Scaleway", "SCW", "upper{17}", "https://www.scaleway.com/en/docs/iam/concepts/"),
    Format("heroku-key", "Heroku", "HRKU-AA", "url{58}", _GITLEAKS),
    Format("flyio-token", "Fly.io", "fo1_", "url{43}", _FLY),
    Format("flyio-machine-token", "Fly.io", "fm1a_", "b64{100,1500} pad{0,3}", _FLY),
    Format("flyio-read-token", "Fly.io", "fm1r_", "b64{100,1500} pad{0,3}", _FLY),
    Format("flyio-macaroon", "Fly.io", "fm2_", "b64{100,1500} pad{0,3}", _FLY),
    Format("render-key", "Render", "rnd_", "an{32}", "https://render.com/docs/api#create-an-api-key"),
    Format("netlify-token", "Netlify", "nfp_", "an{36}", "https://docs.netlify.com/api/get-started/#authentication"),
    Format("vercel-token", "Vercel", "vcp_", "an{56}", _KINGFISHER),
    Format("vercel-blob-token", "Vercel", "vercel_blob_rw_", "an{16} _ an{32}", "https://vercel.com/docs/vercel-blob"),
    Format("supabase-token", "Supabase", "sbp_", "hex{40}", "https://supabase.com/docs/reference/api/introduction"),
    Format(
        "supabase-secret-key",
        "Supabase",
        "sb_secret_",
        "url{22} _ url{8}",
        "https://supabase.com/docs/guides/api/api-keys",
    ),
    Format("cloudflare-origin-key", "Cloudflare", "v1.0-", "hex{24} - hex{146}", _GITLEAKS),
    Format("cloudflare-user-token", "Cloudflare", "cfut_", "an{40} hex{8}", _CLOUDFLARE),
    Format("cloudflare-account-token", "Cloudflare", "cfat_", "an{40} hex{8}", _CLOUDFLARE),
    Format("cloudflare-global-key", "Cloudflare", "cfk_", "an{40} hex{8}", _CLOUDFLARE),
    Format(
        "terraform-token",
        "HashiCorp Terraform",
        ".atlasv1.",
        "url{60,70}",
        "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
        before="an{14}",
    ),
    Format("vault-service-token", "HashiCorp Vault", "hvs.", "url{24,200}", _VAULT),
    Format("vault-batch-token", "HashiCorp Vault", "hvb.", "url{100,300}", _VAULT),
    Format("vault-recovery-token", "HashiCorp Vault", "hvr.", "url{24,200}", _VAULT),
    Format("planetscale-token", "PlanetScale", "pscale_tkn_", "urldot{32,64}", _PLANETSCALE),
    Format("planetscale-oauth-token", "PlanetScale", "pscale_oauth_", "urldot{32,64}", _PLANETSCALE),
    Format("planetscale-password", "PlanetScale", "pscale_pw_", "urldot{32,64}", _PLANETSCALE),
    Format("neon-key", "Neon", "napi_", "lower{64}", "https://neon.com/docs/manage/api-keys"),
    Format("clickhouse-key", "ClickHouse", "4b1d", "an{38}", _GITLEAKS),
    Format(
        "databricks-token", "Databricks", "dapi", "hex{32}", "https://docs.databricks.com/aws/en/dev-tools/auth/pat"
    ),
    Format(
        "databricks-numbered-token",
        "Databricks",
        "dapi",
        "hex{32} - d{1}",
        "https://docs.databricks.com/aws/en/dev-tools/auth/pat",
    ),
    Format("tailscale-auth-key", "Tailscale", "tskey-auth-", "an{8,20} - an{20,48}", _TAILSCALE),
    Format("tailscale-api-key", "Tailscale", "tskey-api-", "an{8,20} - an{20,48}", _TAILSCALE),
    Format("tailscale-client-secret", "Tailscale", "tskey-client-", "an{8,20} - an{20,48}", _TAILSCALE),
    Format("ngrok-key", "ngrok", "ak_2", "an{26}", _KINGFISHER),
    Format("openshift-token", "OpenShift", "sha256~", "url{43}", _GITLEAKS),
    Format("doppler-personal-token", "Doppler", "dp.pt.", "an{40,44}", _DOPPLER),
    Format("doppler-service-token", "Doppler", "dp.st.", "urldot{40,80}", _DOPPLER),
    Format("doppler-cli-token", "Doppler", "dp.ct.", "an{40,44}", _DOPPLER),
    Format("doppler-account-token", "Doppler", "dp.sa.", "an{40,44}", _DOPPLER),
    Format("doppler-scim-token", "Doppler", "dp.scim.", "an{40,44}", _DOPPLER),
    Format("doppler-audit-token", "Doppler", "dp.audit.", "an{40,44}", _DOPPLER),
    Format(
        "onepassword-key",
        "1Password",
        "A3-",
        "upper{6} - upper{6} - upper{5} - upper{5} - upper{5} - upper{5}",
        "https://support.1password.com/secret-key-security/",
    ),
    Format(
        "onepassword-token",
        "1Password",
        "ops_eyJ",
        "b64{250,1500} pad{0,3}",
        "https://developer.1password.com/docs/service-accounts/",
    ),
    Format("age-key", "age", "AGE-SECRET-KEY-1", "bech{58}", "https://github.com/C2SP/C2SP/blob/main/age.md"),
    Format("ory-token", "Ory", "ory_pat_", "an{32}", _ORY),
    Format("ory-access-token", "Ory", "ory_at_", "url{43} . url{43}", _ORY),
    # Payments and shops
    Format("stripe-live-key", "Stripe", "sk_live_", "an{24,247}", _STRIPE),
    Format("stripe-test-key", "Stripe", "sk_test_", "an{24,247}", _STRIPE),
    Format("stripe-restricted-key", "Stripe", "rk_live_", "an{24,247}", _STRIPE),
    Format("stripe-restricted-test-key", "Stripe", "rk_test_", "an{24,247}", _STRIPE),
    Format(
        "stripe-webhook-secret",
        "Stripe",
        "whsec_",
        "b64{32,64} pad{0,1}",
        "https://docs.stripe.com/webhooks#verify-official-libraries",
    ),
    Format("square-token", "Square", "sq0atp-", "url{22}", _SQUARE),
    Format("square-secret", "Square", "sq0csp-", "url{43}", _SQUARE),
    Format("square-production-token", "Square", "EAAA", "url{60}", _SQUARE),
    Format("shopify-token", "Shopify", "shpat_", "Hex{32}", _SHOPIFY),
    Format("shopify-custom-token", "Shopify", "shpca_", "Hex{32}", _SHOPIFY),
    Format("shopify-private-token", "Shopify", "shppa_", "Hex{32}", _SHOPIFY),
    Format("shopify-shared-secret", "Shopify", "shpss_", "Hex{32}", _SHOPIFY),
    Format("braintree-token", "Braintree", "access_token$production$", "lower{16} $ hex{32}", _TRUFFLEHOG),
    Format("adyen-key", "Adyen", "AQE", "b64{40,400} pad{0,2} - b64{40,60} = - urldot{10,30}", _KINGFISHER),
    Format(
        "flutterwave-key",
        "Flutterwave",
        "FLWSECK-",
        "hex{32} -X",
        "https://developer.flutterwave.com/docs/authentication",
    ),
    Format(
        "flutterwave-test-key",
        "Flutterwave",
        "FLWSECK_TEST-",
        "hex{32} -X",
        "https://developer.flutterwave.com/docs/authentication",
    ),
    Format(
        "razorpay-key",
        "Razorpay",
        "rzp_live_",
        "an{14}",
        "https://razorpay.com/docs/payments/dashboard/account-settings/api-keys/",
    ),
    Format("gocardless-token", "GoCardless", "live_", "url{40}", _GITLEAKS),
    Format("easypost-key", "EasyPost", "EZAK", "lower{54}", "https://docs.easypost.com/docs/authentication"),
    Format("easypost-test-key", "EasyPost", "EZTK", "lower{54}", "https://docs.easypost.com/docs/authentication"),
    Format(
        "shippo-key",
        "Shippo",
        "shippo_live_",
        "Hex{40}",
        "https://docs.goshippo.com/docs/guides_general/authentication/",
    ),
    Format(
        "shippo-test-key",
        "Shippo",
        "shippo_test_",
        "Hex{40}",
        "https://docs.goshippo.com/docs/guides_general/authentication/",
    ),
    Format("duffel-token", "Duffel", "duffel_live_", "url{43}", "https://duffel.com/docs/api/overview/test-mode"),
    Format("duffel-test-token", "Duffel", "duffel_test_", "url{43}", "https://duffel.com/docs/api/overview/test-mode"),
    Format("lob-key", "Lob", "live_", "hex{35}", "https://docs.lob.com/#tag/API-Keys"),
    Format("lob-test-key", "Lob", "test_", "hex{35}", "https://docs.lob.com/#tag/API-Keys"),
    # Messages and mail
    Format("slack-bot-token", "Slack", "xoxb-", "d{10,13} - d{10,13} - an{20,36}", _SLACK),
    Format("slack-old-bot-token", "Slack", "xoxb-", "d{8,14} - an{18,26}", _SLACK),
    Format("slack-user-token", "Slack", "xoxp-", "d{10,13} - d{10,13} - d{10,13} - an{28,36}", _SLACK),
    Format("slack-workspace-token", "Slack", "xoxa-", "d{1} - an{24,80}", _SLACK),
    Format("slack-refresh-token", "Slack", "xoxr-", "d{1} - an{24,80}", _SLACK),
    Format("slack-session-token", "Slack", "xoxs-", "d{8,13} - d{8,13} - d{8,13} - Hex{10,64}", _SLACK),
    Format("slack-client-token", "Slack", "xoxc-", "d{10,13} - d{10,13} - d{10,13} - hex{64}", _SLACK),
    Format("slack-configuration-token", "Slack", "xoxe.xoxp-", "d{1} - an{140,170}", _SLACK),
    Format("slack-configuration-refresh-token", "Slack", "xoxe-", "d{1} - an{140,170}", _SLACK),
    Format("slack-app-token", "Slack", "xapp-", "d{1} - upper{9,13} - d{10,13} - hex{64}", _SLACK),
    Format(
        "slack-webhook",
        "Slack",
        "hooks.slack.com/services/",
        "upper{9,13} / upper{9,13} / an{24}",
        "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/",
    ),
    Format(
        "slack-workflow-webhook",
        "Slack",
        "hooks.slack.com/workflows/",
        "upper{9,13} / upper{9,13} / d{17,19} / an{24}",
        "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/",
    ),
    Format(
        "discord-webhook",
        "Discord",
        "/webhooks/",
        "d{17,20} / url{60,80}",
        "https://discord.com/developers/docs/resources/webhook",
    ),
    Format(
        "discord-bot-token",
        "Discord",
        ".",
        "url{6} . url{27,40}",
        "https://discord.com/developers/docs/reference#authentication",
        "discord_id",
        before="an{23,28}",
    ),
    Format(
        "telegram-bot-token",
        "Telegram",
        ":AA",
        "url{33}",
        "https://core.telegram.org/bots/api#authorizing-your-bot",
        before="d{8,10}",
    ),
    Format("twilio-key", "Twilio", "SK", "hex{32}", "https://www.twilio.com/docs/iam/api-keys"),
    Format(
        "sendgrid-key",
        "SendGrid",
        "SG.",
        "url{22} . url{43}",
        "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
    ),
    Format(
        "mailgun-key",
        "Mailgun",
        "key-",
        "hex{32}",
        "https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/",
    ),
    Format("mailgun-public-key", "Mailgun", "pubkey-", "hex{32}", _GITLEAKS),
    Format("mailersend-token", "MailerSend", "mlsn.", "hex{64}", _KINGFISHER),
    Format("brevo-key", "Brevo", "xkeysib-", "hex{64} - an{16}", "https://developers.brevo.com/docs/getting-started"),
    Format("brevo-smtp-key", "Brevo", "xsmtpsib-", "hex{64} - an{16}", _TRUFFLEHOG),
    Format("resend-key", "Resend", "re_", "an{8} _ an{24}", "https://resend.com/docs/dashboard/api-keys/introduction"),
    Format(
        "klaviyo-key", "Klaviyo", "pk_", "hex{34}", "https://developers.klaviyo.com/en/docs/retrieve_api_credentials"
    ),
    Format(
        "hubspot-us-token",
        "HubSpot",
        "pat-na1-",
        "hex{8} - hex{4} - hex{4} - hex{4} - hex{12}",
        "https://developers.hubspot.com/docs/apps/legacy-apps/private-apps/overview",
    ),
    Format(
        "hubspot-eu-token",
        "HubSpot",
        "pat-eu1-",
        "hex{8} - hex{4} - hex{4} - hex{4} - hex{12}",
        "https://developers.hubspot.com/docs/apps/legacy-apps/private-apps/overview",
    ),
    Format("intra42-secret", "42", "s-s4t2", "az{2} - hex{64}", _GITLEAKS),
    Format(
        "facebook-token",
        "Facebook",
        "EAA",
        "an{100,400}",
        "https://developers.facebook.com/docs/facebook-login/guides/access-tokens/",
    ),
    Format("instagram-token", "Instagram", "IGQV", "an{100,400}", _KINGFISHER),
    Format("dropbox-token", "Dropbox", "sl.", "url{120,1500}", "https://developers.dropbox.com/oauth-guide"),
    Format(
        "teams-webhook",
        "Microsoft Teams",
        "/IncomingWebhook/",
        "hex{32} / hex{8} - hex{4} - hex{4} - hex{4} - hex{12}",
        "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
    ),
    Format(
        "logic-app-webhook",
        "Azure Logic Apps",
        "&sig=",
        "url{43}",
        "https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#generate-shared-access-signatures-sas",
    ),
    # Models and data
    Format(
        "openai-old-key",
        "OpenAI",
        "sk-",
        "an{20} T3BlbkFJ an{20}",
        "https://platform.openai.com/docs/api-reference/authentication",
    ),
    Format(
        "openai-project-key",
        "OpenAI",
        "sk-proj-",
        "url{58,74} T3BlbkFJ url{58,74}",
        "https://platform.openai.com/docs/api-reference/authentication",
    ),
    Format(
        "openai-service-key",
        "OpenAI",
        "sk-svcacct-",
        "url{58,74} T3BlbkFJ url{58,74}",
        "https://platform.openai.com/docs/api-reference/authentication",
    ),
    Format(
        "openai-admin-key",
        "OpenAI",
        "sk-admin-",
        "url{58,74} T3BlbkFJ url{58,74}",
        "https://platform.openai.com/docs/api-reference/authentication",
    ),
    Format("anthropic-key", "Anthropic", "sk-ant-api03-", "url{93} AA", _GITLEAKS),
    Format("anthropic-admin-key", "Anthropic", "sk-ant-admin01-", "url{93} AA", _GITLEAKS),
    Format("anthropic-oauth-token", "Anthropic", "sk-ant-oat01-", "url{93} AA", _KINGFISHER),
    Format(
        "openrouter-key",
        "OpenRouter",
        "sk-or-v1-",
        "hex{64}",
        "https://openrouter.ai/docs/api-reference/authentication",
    ),
    Format("huggingface-token", "Hugging Face", "hf_", "an{34}", "https://huggingface.co/docs/hub/security-tokens"),
    Format(
        "huggingface-organization-token",
        "Hugging Face",
        "api_org_",
        "an{34}",
        "https://huggingface.co/docs/hub/security-tokens",
    ),
    Format("groq-key", "Groq", "gsk_", "an{52}", "https://console.groq.com/docs/quickstart"),
    Format("perplexity-key", "Perplexity", "pplx-", "an{48}", "https://docs.perplexity.ai/guides/api-key-management"),
    Format("replicate-token", "Replicate", "r8_", "an{37}", "https://replicate.com/docs/topics/security/api-tokens"),
    Format("xai-key", "xAI", "xai-", "an{80}", "https://docs.x.ai/docs/tutorial"),
    Format(
        "nvidia-key",
        "NVIDIA",
        "nvapi-",
        "url{64}",
        "https://docs.nvidia.com/nim/large-language-models/latest/getting-started.html",
    ),
    Format(
        "langsmith-token",
        "LangSmith",
        "lsv2_pt_",
        "hex{32} _ hex{10}",
        "https://docs.langchain.com/langsmith/create-account-api-key",
    ),
    Format(
        "langsmith-service-key",
        "LangSmith",
        "lsv2_sk_",
        "hex{32} _ hex{10}",
        "https://docs.langchain.com/langsmith/create-account-api-key",
    ),
    Format(
        "pinecone-key",
        "Pinecone",
        "pcsk_",
        "an{5,6} _ an{63}",
        "https://docs.pinecone.io/guides/projects/manage-api-keys",
    ),
    Format("tavily-key", "Tavily", "tvly-", "url{32,52}", "https://docs.tavily.com/documentation/quickstart"),
    Format("firecrawl-key", "Firecrawl", "fc-", "hex{32}", "https://docs.firecrawl.dev/introduction"),
    Format("elevenlabs-key", "ElevenLabs", "sk_", "hex{48}", "https://elevenlabs.io/docs/api-reference/authentication"),
    Format("jina-key", "Jina", "jina_", "hex{32} url{28}", "https://jina.ai/api-dashboard/"),
    Format("apify-token", "Apify", "apify_api_", "an{36}", "https://docs.apify.com/platform/integrations/api"),
    Format("runpod-key", "RunPod", "rpa_", "upper{40} an{6}", "https://docs.runpod.io/get-started/api-keys"),
    Format("dynatrace-token", "Dynatrace", "dt0c01.", "upper{24} . upper{64}", _DYNATRACE),
    Format("dynatrace-oauth-secret", "Dynatrace", "dt0s02.", "upper{8} . upper{64}", _DYNATRACE),
    Format("newrelic-user-key", "New Relic", "NRAK-", "upper{27}", _NEW_RELIC),
    Format("newrelic-insights-key", "New Relic", "NRII-", "url{32}", _NEW_RELIC),
    Format("newrelic-query-key", "New Relic", "NRIQ-", "url{32}", _NEW_RELIC),
    Format("newrelic-admin-key", "New Relic", "NRAA-", "hex{27}", _NEW_RELIC),
    Format("grafana-cloud-token", "Grafana", "glc_eyJ", "b64{32,400} pad{0,3}", _GRAFANA),
    Format("grafana-service-token", "Grafana", "glsa_", "an{32} _ Hex{8}", _GRAFANA),
    Format("grafana-api-key", "Grafana", "eyJrIjoi", "b64{70,400} pad{0,3}", _GRAFANA),
    Format("sentry-organization-token", "Sentry", "sntrys_eyJ", "b64{40,400} pad{0,2} _ b64{43}", _SENTRY),
    Format("sentry-user-token", "Sentry", "sntryu_", "hex{64}", _SENTRY),
    Format("posthog-key", "PostHog", "phx_", "an{43,47}", "https://posthog.com/docs/api"),
    Format(
        "launchdarkly-key",
        "LaunchDarkly",
        "sdk-",
        "hex{8} - hex{4} - hex{4} - hex{4} - hex{12}",
        "https://launchdarkly.com/docs/home/account/environment/keys",
    ),
    Format(
        "launchdarkly-api-token",
        "LaunchDarkly",
        "api-",
        "hex{8} - hex{4} - hex{4} - hex{4} - hex{12}",
        "https://launchdarkly.com/docs/home/account/api",
    ),
    Format(
        "mapbox-secret-token",
        "Mapbox",
        "sk.eyJ",
        "url{60,200} . url{22}",
        "https://docs.mapbox.com/help/dive-deeper/access-tokens/",
    ),
    Format(
        "maxmind-key",
        "MaxMind",
        "_mmk",
        "",
        "https://support.maxmind.com/hc/en-us/articles/4407111582235",
        before="an{6} _ an{29}",
    ),
    Format("adobe-secret", "Adobe", "p8e-", "an{32}", _GITLEAKS),
    Format("stytch-secret", "Stytch", "secret-live-", "url{35} =", "https://stytch.com/docs/api/authentication"),
    Format("defined-networking-key", "Defined Networking", "dnkey-", "url{26} - url{52}", _GITLEAKS),
    Format("settlemint-personal-token", "SettleMint", "sm_pat_", "an{16}", _GITLEAKS),
    Format("settlemint-application-token", "SettleMint", "sm_aat_", "an{16}", _GITLEAKS),
    Format("settlemint-service-token", "SettleMint", "sm_sat_", "an{16}", _GITLEAKS),
)
"""Formats that are told by what they begin with, or hold."""

NAMED_FORMATS = (
    NamedFormat("adafruit-key", "Adafruit", "adafruit", "url{32}", _GITLEAKS),
    NamedFormat("airtable-key", "Airtable", "airtable", "an{17}", _GITLEAKS),
    NamedFormat("algolia-key", "Algolia", "algolia", "lower{32}", _GITLEAKS),
    NamedFormat("asana-secret", "Asana", "asana", "lower{32}", _GITLEAKS),
    NamedFormat("aws-secret-key", "AWS", "aws", "b64{40}", _AWS),
    NamedFormat("bitbucket-secret", "Bitbucket", "bitbucket", "url{64}", _GITLEAKS),
    NamedFormat("bittrex-key", "Bittrex", "bittrex", "lower{32}", _GITLEAKS),
    NamedFormat("cloudflare-key", "Cloudflare", "cloudflare", "hex{37}", _GITLEAKS),
    NamedFormat("cloudflare-token", "Cloudflare", "cloudflare", "url{40}", _GITLEAKS),
    NamedFormat("codecov-token", "Codecov", "codecov", "lower{32}", _GITLEAKS),
    NamedFormat("cohere-key", "Cohere", "cohere", "an{40}", _GITLEAKS),
    NamedFormat("coinbase-token", "Coinbase", "coinbase", "url{64}", _GITLEAKS),
    NamedFormat("confluent-key", "Confluent", "confluent", "an{16}", _GITLEAKS),
    NamedFormat("confluent-secret", "Confluent", "confluent", "an{64}", _GITLEAKS),
    NamedFormat("contentful-delivery-token", "Contentful", "contentful", "url{43}", _GITLEAKS),
    NamedFormat(
        "datadog-api-key",
        "Datadog",
        "datadog",
        "hex{32}",
        "https://docs.datadoghq.com/account_management/api-app-keys/",
    ),
    NamedFormat(
        "datadog-application-key",
        "Datadog",
        "datadog",
        "hex{40}",
        "https://docs.datadoghq.com/account_management/api-app-keys/",
    ),
    NamedFormat("discord-secret", "Discord", "discord", "url{32}", _GITLEAKS),
    NamedFormat("droneci-token", "Drone CI", "drone", "lower{32}", _GITLEAKS),
    NamedFormat("etsy-token", "Etsy", "etsy", "lower{24}", _GITLEAKS),
    NamedFormat("facebook-secret", "Facebook", "facebook", "hex{32}", _GITLEAKS),
    NamedFormat(
        "fastly-token", "Fastly", "fastly", "url{32}", "https://www.fastly.com/documentation/reference/api/auth-tokens/"
    ),
    NamedFormat("finnhub-token", "Finnhub", "finnhub", "lower{20}", _GITLEAKS),
    NamedFormat("flickr-token", "Flickr", "flickr", "lower{32}", _GITLEAKS),
    NamedFormat("freshbooks-token", "FreshBooks", "freshbooks", "lower{64}", _GITLEAKS),
    NamedFormat("gitter-token", "Gitter", "gitter", "url{40}", _GITLEAKS),
    NamedFormat("heroku-uuid-key", "Heroku", "heroku", "hex{8} - hex{4} - hex{4} - hex{4} - hex{12}", _GITLEAKS),
    NamedFormat("intercom-key", "Intercom", "intercom", "url{60}", _GITLEAKS),
    NamedFormat("jfrog-key", "JFrog", "jfrog", "lower{73}", _GITLEAKS),
    NamedFormat("kraken-token", "Kraken", "kraken", "b64{80,90}", _GITLEAKS),
    NamedFormat("linkedin-secret", "LinkedIn", "linkedin", "lower{16}", _GITLEAKS),
    NamedFormat("looker-secret", "Looker", "looker", "lower{24}", _GITLEAKS),
    NamedFormat(
        "mailchimp-key", "Mailchimp", "mailchimp", "hex{32} -us d{1,2}", "https://mailchimp.com/help/about-api-keys/"
    ),
    NamedFormat("mattermost-token", "Mattermost", "mattermost", "lower{26}", _GITLEAKS),
    NamedFormat("messagebird-token", "MessageBird", "messagebird", "lower{25}", _GITLEAKS),
    NamedFormat("nytimes-token", "New York Times", "nytimes", "url{32}", _GITLEAKS),
    NamedFormat(
        "okta-token", "Okta", "okta", "00 url{40}", "https://developer.okta.com/docs/guides/create-an-api-token/"
    ),
    NamedFormat("plaid-secret", "Plaid", "plaid", "lower{30}", _GITLEAKS),
    NamedFormat("rapidapi-key", "RapidAPI", "rapidapi", "url{50}", _GITLEAKS),
    NamedFormat("sendbird-token", "Sendbird", "sendbird", "hex{40}", _GITLEAKS),
    NamedFormat("snyk-uuid-token", "Snyk", "snyk", "hex{8} - hex{4} - hex{4} - hex{4} - hex{12}", _GITLEAKS),
    NamedFormat("sonar-login", "SonarQube", "sonar", "hex{40}", _GITLEAKS),
    NamedFormat(
        "squarespace-token", "Squarespace", "squarespace", "hex{8} - hex{4} - hex{4} - hex{4} - hex{12}", _GITLEAKS
    ),
    NamedFormat("sumologic-key", "Sumo Logic", "sumo", "lower{64}", _GITLEAKS),
    NamedFormat("travis-token", "Travis CI", "travis", "an{22}", _GITLEAKS),
    NamedFormat("twilio-auth-token", "Twilio", "twilio", "hex{32}", "https://www.twilio.com/docs/iam/api/authtoken"),
    NamedFormat("twitch-token", "Twitch", "twitch", "lower{30}", _GITLEAKS),
    NamedFormat("twitter-secret", "Twitter", "twitter", "an{45,50}", _GITLEAKS),
    NamedFormat("zendesk-key", "Zendesk", "zendesk", "lower{40}", _GITLEAKS),
)
"""Formats without a mark of their own: what is told of them is the provider of a value that has a name."""
