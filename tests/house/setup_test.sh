#!/bin/sh
# scripts/setup against a made-up machine: stand-ins for dpkg-query, id, sudo and apt-get are all that it finds.
# usage: setup_test.sh SCRIPT
set -eu
setup=$1
machine=$(mktemp -d)
trap 'rm -rf "$machine"' EXIT
bin=$machine/bin
log=$machine/log

# stand_in NAME: a program with the body given on stdin
stand_in() {
  { echo '#!/bin/sh' && cat; } >"$bin/$1"
  chmod +x "$bin/$1"
}

# machine UID MISSING...: a fresh machine on which all but the named packages are installed. No sudo.
machine() {
  rm -rf "$bin"
  mkdir "$bin"
  : >"$log"
  for tool in sh bash env sed tr cat; do ln -s "$(command -v $tool)" "$bin/$tool"; done
  echo "echo $1" | stand_in id
  shift
  stand_in dpkg-query <<END
shift 2
status=0
for package; do
  case ' $* ' in
    *" \$package "*) echo "dpkg-query: no packages found matching \$package" >&2; status=1 ;;
    *) echo "ii  \$package" ;;
  esac
done
exit \$status
END
  echo "echo apt-get \"\$@\" >>$log" | stand_in apt-get
}

# run CODE [ARGUMENT...]: the script must end with this exit code
run() {
  wanted=$1
  shift
  code=0
  PATH=$bin "$bin/bash" "$setup" "$@" >"$machine/out" 2>"$machine/err" || code=$?
  [ "$code" -eq "$wanted" ] || fail "exit code $code, wanted $wanted"
}

fail() {
  echo "setup_test: $1"
  cat "$machine/out" "$machine/err" "$log"
  exit 1
}
says() { grep -qF -- "$1" "$machine/err" || fail "does not say: $1"; }
did() { [ "$(cat "$log")" = "$1" ] || fail "wanted exactly: $1"; }
apt='apt-get --quiet --option DPkg::Lock::Timeout=300'
install="$apt install --yes --no-install-recommends"

machine 1000
run 0
[ ! -s "$machine/out" ] && [ ! -s "$machine/err" ] || fail "is not quiet although nothing is missing"
did ''

machine 1000 clang-14 libgtest-dev
run 2
says 'missing packages: libgtest-dev clang-14'
says 'apt-get install --no-install-recommends libgtest-dev clang-14'
did ''
run 0 --build-only
did ''

machine 0 ninja-build clang-14
run 0
did "$apt update
$install ninja-build clang-14"

machine 0 ninja-build clang-14
run 0 --build-only
did "$apt update
$install ninja-build"

machine 1000 g++
echo "echo sudo >>$log; exec \"\$@\"" | stand_in sudo
run 0
did "sudo
$apt update
sudo
$install g++"

# Removed, its configuration still there: known to dpkg, but not installed.
machine 1000
stand_in dpkg-query <<'END'
shift 2
for package; do
  if [ "$package" = cmake ]; then echo 'rc  cmake'; else echo "ii  $package"; fi
done
END
run 2
says 'missing packages: cmake'

machine 0 cmake
echo 'exit 100' | stand_in apt-get
run 2
says 'still missing: cmake'

machine 0
rm "$bin/dpkg-query"
run 2
says 'knows Debian'

machine 0
run 2 --everything
says "unknown argument '--everything'"
