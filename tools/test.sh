# What `./mapwright test` does. Read by the script, after build.sh.
# shellcheck shell=sh disable=SC2154

# --- all tests

# Runs everything that continuous integration runs; arguments go to Maven. The lock of builds is not
# held meanwhile, and tests compile to folders of their own: other commands go on, and build if they
# have to.
test_all() {
  if [ $# -eq 0 ]; then
    say "builds, checks and tests everything: about eighteen minutes on two cores, and as long as the"
    say "machine's other work adds; 'mapwright test MODULE' tests one module"
  else
    say "builds, checks and tests, with $* for Maven; all of it takes about eighteen minutes on two cores"
  fi
  since=$(date +%s)
  prepare cli
  unlock
  lock testing tests
  if [ $# -eq 0 ]; then
    say "the README's commands"
    "$root/mapwright" --help >/dev/null || die "'mapwright --help' failed"
    "$root/mapwright" replay "$root/examples/traces/sqlite" ||
      die "'mapwright replay examples/traces/sqlite' found differences"
    say "all tests and checks; Maven's own words go to $state/test.log"
  fi
  rm -f "$state/test.code"
  {
    maven -B verify "$@" 2>&1
    echo $? >"$state/test.code"
  } | tee "$state/test.log" | summary
  shown=$?
  code=$(cat "$state/test.code" 2>/dev/null) || code=70
  minutes=$((($(date +%s) - since + 30) / 60))
  [ $shown -eq 0 ] || exit 74
  if [ "$code" -eq 0 ]; then
    echo "mapwright: everything passed, in about $minutes min"
  else
    echo "mapwright: something FAILED, after about $minutes min; all that was said is in $state/test.log"
  fi || exit 74
  exit "$code"
}

# Of Maven's many lines: one a module, whatever is wrong, what follows something wrong, and the end.
summary() {
  awk '
    function module_ends() {
      if (module != "") {
        if (tests == "") told = "no tests"
        else told = tests (tests == 1 ? " test" : " tests")
        if (skipped) told = told ", " skipped " of them skipped"
        printf "mapwright: %-9s %s\n", module, told
        if (fflush() != 0) exit 1
      }
      module = ""; tests = ""; skipped = 0
    }
    closing { print; next }
    /^\[INFO\] Reactor Summary/ { module_ends(); closing = 1; print; next }
    /^\[INFO\] BUILD / { module_ends(); closing = 1; print; next }
    /^\[INFO\] Building Mapwright [a-z]+ / { module_ends(); module = $4; next }
    /^\[(INFO|WARNING|ERROR)\] Tests run: .*Skipped: [0-9]+$/ {
      split($0, part, /[:,] */); tests += part[2]; skipped += part[8]
      if ($1 != "[ERROR]") next
    }
    /^\[INFO\]/ { wrong = 0; next }
    /^\[(WARNING|ERROR)\]/ { wrong = 1 }
    wrong { print }
  '
}

# --- the tests of one module

# Runs the tests of module $1: all, or those of one class (Name) or method (Name#method); what else is
# given goes to Maven. What the module needs is compiled and not tested: each module's packages are
# named after it, so a pattern of packages leaves the others' tests out.
test_module() {
  module=${1%/}
  shift
  tested=$(cd "$root" && printf ' %s' */src/test | sed 's:/src/test::g')
  case "$tested " in *" $module "*) ;; *)
    say "no tests in '$module'; there are tests in$tested"
    exit 2 ;;
  esac
  tests='*Test'
  case ${1-} in
    '' | -*) ;;
    *)
      tests=$1
      shift
      named "$module" "$tests"
      ;;
  esac
  lock testing tests
  recall || find_jdk
  maven -pl "$module" -am test -Dsurefire.failIfNoSpecifiedTests=false \
    "-Dtest=dev/mapwright/$module/**/$tests" "$@"
  exit
}

# Ends the script when module $1 has no test class or method as $2 says; Maven would be content with
# running nothing. What holds a pattern is left to Maven.
named() {
  case $2 in *[!A-Za-z0-9_#]*) return ;; esac
  source=$(find "$root/$1/src/test/java" -name "${2%%#*}.java")
  [ -n "$source" ] || {
    say "no class '${2%%#*}' among the tests of $1"
    exit 2
  }
  case $2 in *'#'*) ;; *) return ;; esac
  find "$root/$1/src/test/java" -name "${2%%#*}.java" -exec grep -qw "${2#*#}" {} \; -print | grep -q . || {
    say "no method '${2#*#}' in ${2%%#*}"
    exit 2
  }
}
