# shellcheck shell=bash
# Sourced by run and profile, in the root of the source: installs what they need and builds what they measure.
# Belfry is built by scripts/optimized. BELFRY_BINARY and BELFRY_HANDSHAKES name programs that were built elsewhere.
. scripts/progress.sh

# Debian starts a service as soon as it is installed, and at each start of the machine. A peer is wanted here as a
# program alone: /usr/sbin/policy-rc.d forbids the first (invoke-rc.d(8)), and what was not installed before is then
# disabled.
install_peers() {
  local peer new=() as_root=()
  for peer in nginx haproxy caddy; do
    case $(dpkg-query -W -f='${db:Status-Abbrev}' "$peer" 2>/dev/null || true) in
      ?i*) ;;
      *) new+=("$peer") ;;
    esac
  done
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  (
    policy=/usr/sbin/policy-rc.d
    if [ ${#new[@]} -gt 0 ] && [ ! -e "$policy" ]; then
      trap '"${as_root[@]}" rm -f "$policy"' EXIT
      printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
      "${as_root[@]}" chmod 755 "$policy"
    fi
    scripts/packages "$@"
  )
  if [ ${#new[@]} -gt 0 ] && command -v systemctl >/dev/null; then
    "${as_root[@]}" systemctl disable "${new[@]}" >>build/apt.log 2>&1 ||
      echo "could not disable the services of ${new[*]}: they may start with the machine" >&2
  fi
}

# prepare SECTION...: of scripts/packages.txt
prepare() {
  local targets=()
  step 'looking for the Debian packages'
  install_peers run build "$@"
  [ -n "${BELFRY_HANDSHAKES-}" ] || targets+=(handshakes)
  [ ${#targets[@]} -eq 0 ] || build_preset release "${targets[@]}"
  [ -n "${BELFRY_BINARY-}" ] || scripts/optimized
  export BELFRY_BINARY=${BELFRY_BINARY-$PWD/build/optimized/belfry}
  export BELFRY_HANDSHAKES=${BELFRY_HANDSHAKES-$PWD/build/release/bench/handshakes}
  export PYTHONDONTWRITEBYTECODE=1
}
