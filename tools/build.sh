# What ./mapwright does when it can't start at once: it finds a JDK, builds, and makes the start-up
# caches. Read by the script, whose names (root, state, vm, native, tiny, say, die, read_release, recall,
# fresh) are used here.
#
# .mapwright/ (never in git) holds
#   found      what is remembered: JAVA_HOME as it was, the JDK, its exact build, the program's folder
#   app-*/     the program: mapwright.jar, the modules beside it, and the ahead-of-time caches made for exactly that jar and JDK;
#              uncached.jar and replay.classes for starts without them
#   bench-*/   the jars of the benchmarks
#   stamp-*    made when a build began; a source newer than it is not in the build
#   lock/      held while building; names the process that holds it
#   testing/   held while testing, likewise
#   build.log  what the last build said
#   test.log   what Maven said in the last run of all tests
# shellcheck shell=sh disable=SC2154

# --- the JDK

# Is there a JDK (javac, not only java) of version 25 or newer in $1? Then jdk and release are set.
try_jdk() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && read_release "$1" || return 1
  version=${release##*JAVA_VERSION=\"}
  version=${version%%[!0-9]*}
  [ -n "$version" ] && [ "$version" -ge 25 ] || return 1
  jdk=$1
}

# The JDK that the java on the PATH belongs to.
try_path() {
  at=$(command -v java) || return 1
  while [ -L "$at" ]; do
    link=$(readlink "$at")
    case $link in
      /*) at=$link ;;
      *) at=$(dirname -- "$at")/$link ;;
    esac
  done
  at=$(dirname -- "$at")
  try_jdk "${at%/*}"
}

find_jdk() {
  [ -n "${JAVA_HOME-}" ] && try_jdk "$JAVA_HOME" && return
  try_path && return
  for place in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
    "${SDKMAN_DIR:-${HOME-}/.sdkman}"/candidates/java/* "${HOME-}"/.jdks/* "${HOME-}"/.local/share/mise/installs/java/* \
    "${HOME-}"/.asdf/installs/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    try_jdk "$place" && return
  done
  die "no JDK 25 or newer found; install one (Debian 13: apt-get install openjdk-25-jdk-headless, macOS: brew install openjdk, SDKMAN: sdk install java) or point JAVA_HOME to it."
}

# --- what is remembered

remember() {
  printf '%s\n' "${JAVA_HOME-}" "$jdk" "$release" "$app" >"$state/found.$$" &&
    mv -f "$state/found.$$" "$state/found"
}

# --- one at a time: lock/ for builds, testing/ for tests

# Takes the lock $1; $2 says whose end is waited for.
lock() {
  held=$state/$1
  mkdir -p "$state" || die "cannot write to $state"
  said= unnamed=0
  until mkdir "$held" 2>/dev/null; do
    owner=$(cat "$held/owner" 2>/dev/null) || owner=
    if [ -n "$owner" ] && kill -0 "$owner" 2>/dev/null; then
      [ -n "$said" ] || say "waiting for the $2 of process $owner"
      said=yes
    else
      # Nobody holds it: a build was killed, or is between its two lines of taking the lock.
      unnamed=$((unnamed + 1))
      if [ "$unnamed" -gt 20 ]; then
        mv "$held" "$held.$$" 2>/dev/null && rm -rf "$held.$$"
        unnamed=0
      fi
    fi
    sleep 0.1
  done
  echo $$ >"$held/owner"
  building=
  trap 'unlock' EXIT
  trap 'give_up 130' INT
  trap 'give_up 143' TERM HUP
}

give_up() {
  [ -z "$building" ] || kill "$building" 2>/dev/null
  exit "$1"
}

unlock() {
  trap - EXIT INT TERM HUP
  rm -rf "$held"
}

# --- building

maven() {
  (
    cd "$root" || exit 70
    JAVA_HOME=$jdk
    export JAVA_HOME
    exec ./mvnw "$@"
  )
}

# Where builds for starting compile to, in each module: apart from what tests compile and use.
launch=target/launch

# Runs Maven for part $1 in the background and shows on one line which module it is at.
build() {
  if [ -f "$state/stamp-$1" ]; then why="sources changed, building"; else why="building, about a minute the first time"; fi
  : >"$state/stamp.new"
  rm -rf "$root/cli/$launch/lib" "$root/bench/$launch/lib"
  maven -B -Dmapwright.target="$launch" -Dmaven.test.skip=true -pl "$1" -am package >"$state/build.log" 2>&1 &
  building=$!
  if [ -t 2 ]; then
    while kill -0 "$building" 2>/dev/null; do
      at=$(sed -n 's/^\[INFO\] Building Mapwright \([a-z]*\) .*/\1/p' "$state/build.log" | tail -n 1)
      printf '\rmapwright: %s: %-8s' "$why" "$at" >&2
      sleep 0.2
    done
  else
    say "$why"
  fi
  wait "$building"
  built=$?
  building=
  if [ $built -ne 0 ]; then
    [ -t 2 ] && echo >&2
    grep '^\[ERROR\]' "$state/build.log" | head -n 12 >&2
    die "the build failed; all it said is in $state/build.log"
  fi
}

# Makes $app/$1.aot by running the commands in tools/training-$1.txt with the jar given by the option $2,
# and with the options $3, if given, and sees it accepted. A cache is refused where these are others.
train() {
  (
    cd "$root" &&
      "$jdk/bin/java" $vm ${3-} -XX:AOTCacheOutput="$app/$1.aot" "$2$app/mapwright.jar" \
        dev.mapwright.cli.Training "tools/training-$1.txt" &&
      "$jdk/bin/java" $vm ${3-} -XX:AOTMode=on -XX:AOTCache="$app/$1.aot" "$2$app/mapwright.jar" \
        dev.mapwright.cli.Main --version
  ) >>"$state/build.log" 2>&1 && return
  rm -f "$app/$1.aot"
  [ -t 2 ] && echo >&2
  say "the start-up cache $1.aot could not be made, so commands start slower; $state/build.log says why"
}

# Notes in $app/replay.classes which classes a short replay loads, in their order, for starts without a cache.
list_classes() {
  (
    cd "$app" &&
      "$jdk/bin/java" $vm $tiny -Xlog:class+load:file=loaded:none -Xbootclasspath/a:uncached.jar \
        dev.mapwright.cli.Main replay "$root/tools/training-tiny.strace" &&
      sed -n '/^dev\.mapwright\.cli\.Main source: /,$ s/^\([^ /]*\) source: .*/\1/p' loaded >replay.classes
    rm -f loaded
  ) >>"$state/build.log" 2>&1
}

# The program's folder: one jar, the library's modules for `run` to compile against, and the caches
# trained with that jar's path. A cache loads all its classes at once, so `run`, which needs a whole
# compiler, has one of its own, and so has the replay of a recording without options, which needs
# nothing that reads options; and that of a few lines, which needs less still.
assemble() {
  old=$app
  app=$state/app-$(date +%s)-$$
  mkdir "$app" &&
    "$jdk/bin/java" "$root/tools/OneJar.java" "$app/mapwright.jar" \
      "$root/cli/$launch"/mapwright-cli-*.jar "$root/cli/$launch"/lib/*.jar >>"$state/build.log" 2>&1 ||
    die "the program could not be put together; all that was said is in $state/build.log"
  [ -t 2 ] && printf '\rmapwright: %s: %-8s' "${why-preparing}" "cache" >&2
  list_classes
  train mapwright --class-path=
  train replay -Xbootclasspath/a:
  train tiny -Xbootclasspath/a: "$tiny"
  train run --class-path= "$native"
  # A command that has just read the old folder's name may still start from it.
  for folder in "$state"/app-*; do
    [ "$folder" = "$app" ] || [ "$folder" = "$old" ] || rm -rf "$folder"
  done
}

# Makes part $1 (cli or bench) up to date. The lock is held from here to unlock.
prepare() {
  lock lock build
  if recall; then made_with=$jdk:$release; else
    made_with=$jdk:$found_release
    [ -f "$app/mapwright.jar" ] || made_with=
    case $app in "$state"/*) ;; *) made_with= ;; esac
    find_jdk
  fi
  if ! fresh "$1"; then
    build "$1"
    assemble
    if [ "$1" = bench ]; then
      rm -rf "$state"/bench-*
      mkdir "$state/bench-$$" &&
        cp "$root/bench/$launch"/mapwright-bench-*.jar "$root/bench/$launch"/lib/*.jar "$state/bench-$$" ||
        die "the benchmarks could not be put together"
      cp -p "$state/stamp.new" "$state/stamp-bench"
    fi
    mv -f "$state/stamp.new" "$state/stamp-cli"
  elif [ "$made_with" != "$jdk:$release" ]; then # the same classes, but each JDK needs a cache of its own
    why="another JDK than last time, preparing"
    : >"$state/build.log"
    assemble
  fi
  remember
  [ -t 2 ] && [ -n "${why-}" ] && printf '\r%-70s\r' '' >&2
}
