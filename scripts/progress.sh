# Sourced by ./run and ./check: lines that say what is under way, with the time since the start.

# Ninja's own lines: edges done, all, seconds.
export NINJA_STATUS='  [%f/%t %es] '

step() { printf '[%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }

# build_preset PRESET TARGET...: configures where that was not done yet (Ninja configures again by itself), then builds.
build_preset() {
  local preset=$1
  shift
  mkdir -p build
  if [ ! -f "build/$preset/build.ninja" ]; then
    step "configuring $preset"
    cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log" >&2; return 1; }
  fi
  step "building $preset"
  cmake --build --preset "$preset" --parallel "$(nproc)" --target "$@"
}
