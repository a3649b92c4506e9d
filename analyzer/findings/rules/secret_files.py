"""Files that, by their names, hold secrets: also those that a later layer removes."""

from __future__ import annotations

from ...globs import Globs
from ..model import Rule
from ..secrets import SAMPLES, find_secrets

RULE = Rule(
    id="secret-files",
    title="Files that look like secrets",
    severity="security",
    meaning=(
        "Keys, passwords and tokens in an image are open to whoever can pull it, even if a later layer removes them: "
        "each layer can be read by itself. Take them as known to others and replace them. Files that packages bring "
        "along, such as keys for their own tests, are left out."
    ),
    bad="COPY .npmrc /root/.npmrc\nRUN npm ci && rm /root/.npmrc",
    good="RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci",
    find=lambda rule, context: find_secrets(rule, context, context.named_by(rule.globs)),
    globs=Globs(
        files=(
            "**/.ssh/id_{rsa,dsa,ecdsa,ed25519,ecdsa_sk,ed25519_sk}",
            "etc/ssh/ssh_host_*_key",
            "etc/ssl/private/*.{key,pem}",
            "**/{*private*,*privkey*,key,*-key,*_key,*.key,*-key-*,*_key_*}.pem",
            "**/{server,client,tls,private}.key",
            "**/*.{p12,pfx,jks,keystore}",
            "**/.aws/credentials",
            "**/.azure/{accessTokens.json,msal_token_cache.json}",
            "**/.config/gcloud/{credentials.db,application_default_credentials.json}",
            "**/.kube/config",
            "**/{kubeconfig,*.kubeconfig}",
            "**/.docker/config.json",
            "{root,home/*}/.yarnrc.yml",  # that of a project seldom holds a token
            "**/{.dockercfg,.npmrc,.netrc,.pypirc,.git-credentials,.pgpass,.my.cnf,.htpasswd,.vault-token}",
            "**/{.env,.env.local,.env.production}",
            "**/{*.tfstate,*.tfstate.backup}",
            "**/.terraform.d/credentials.tfrc.json",
            "**/.cargo/credentials{,.toml}",
            "**/.gem/credentials",
        ),
        spared=(*SAMPLES, "**/*{public,truststore,cacerts,-pub}*"),
    ),
)
