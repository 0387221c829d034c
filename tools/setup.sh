# shellcheck shell=sh disable=SC2034  # $qt is for those who source this
# Sets the checkout up; tools/demo and tools/test source it from the checkout's root.
#
# Everything goes into .venv: the Python packages that requirements.lock pins and, where system
# packages are missing and may not be installed, their unpacked files (.venv/sysroot).
# Afterwards $qt is "yes" where Qt can be loaded.

root=$PWD

# The libraries that Qt's offscreen and xcb platforms load, and the fonts of tests/visual.
qt_packages="libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0 libxcb-cursor0
libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-render0 fonts-wqy-microhei
fonts-dejavu-core"
# Tests that want a real display, or read a PDF again, need these.
display_packages="xvfb xauth poppler-utils"
# Tests of a shared store start a server of their own. They are skipped without it, but never in CI;
# elsewhere nobody wants the database that Debian starts with the package.
server_packages=${CI:+postgresql}

suitable='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'

say() { printf '[set-up] %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# Runs a command quietly; the end of what it said is shown when it fails.
logged() {
    "$@" >>.venv/setup.log 2>&1 && return
    say "this failed: $*"
    tail -n 15 .venv/setup.log >&2
    return 1
}

find_python() {
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        path=$(command -v "$name") || continue
        if "$path" -c "$suitable"; then
            printf '%s\n' "$path"
            return
        fi
    done 2>/dev/null
    return 1
}

may_be_root() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

apt_install() {
    command -v apt-get >/dev/null && may_be_root || return 1
    say "installing with apt:" "$@"
    set -- as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends install "$@"
    # The lists may be empty (containers) or name files that the mirror no longer has.
    "$@" >>.venv/setup.log 2>&1 || { logged as_root apt-get -qq update && logged "$@"; }
}

apt_with_lists() {
    lists=$1
    shift
    apt-get -qq -o Dir::State::lists="$lists" -o Dir::Cache="$root/.venv/apt" "$@"
}

# Downloads packages with all they need that is not installed yet.
apt_download() {
    lists=$1
    shift
    debs=$(apt_with_lists "$lists" -s --no-install-recommends install "$@" 2>>.venv/setup.log |
        sed -n 's/^Inst \([^ ]*\) (.*/\1/p')
    [ -n "$debs" ] || return 1
    # shellcheck disable=SC2086  # one word per package
    (cd .venv/apt/debs && apt_with_lists "$lists" download $debs >>"$root/.venv/setup.log" 2>&1)
}

# What an ordinary user can do: resolving, downloading and unpacking need no root.
apt_unpack() {
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
    say "unpacking into .venv/sysroot:" "$@"
    rm -rf .venv/apt
    mkdir -p .venv/apt/debs .venv/apt/archives/partial .venv/apt/lists/partial .venv/sysroot
    apt_download /var/lib/apt/lists "$@" || {
        logged apt_with_lists "$root/.venv/apt/lists" update &&
            apt_download "$root/.venv/apt/lists" "$@"
    } || return 1
    for deb in .venv/apt/debs/*.deb; do
        logged dpkg -x "$deb" .venv/sysroot || return 1
    done
    rm -rf .venv/apt
}

make_venv() {
    python=$(find_python) || die "Python 3.11 to 3.14 is needed and was not found; on Debian 12: apt-get install python3"
    say "making .venv with $python"
    rm -rf .venv
    mkdir .venv
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if "$python" -c 'import ensurepip' 2>/dev/null || apt_install "python$version-venv"; then
        logged "$python" -m venv .venv || exit 1
        return
    fi
    # Debian keeps ensurepip and pip's wheel in packages of their own.
    apt_unpack "python$version-venv" ||
        die "please ask an administrator for: apt-get install python$version-venv"
    logged "$python" -m venv --without-pip .venv || exit 1
    for wheel in .venv/sysroot/usr/share/python-wheels/pip-*.whl; do
        logged .venv/bin/python "$wheel/pip" install --no-index "$wheel" || exit 1
    done
}

stamp() { printf '%s\n' "$root $(.venv/bin/python -V) $(cat requirements.lock pyproject.toml | cksum)"; }

install_python_packages() {
    .venv/bin/python -c "import pip; $suitable" 2>/dev/null || make_venv
    # The scripts of an environment that was moved still point to the old place.
    [ ! -e .venv/stamp ] || case $(cat .venv/stamp) in "$root "*) ;; *) make_venv ;; esac
    [ "$(cat .venv/stamp 2>/dev/null)" != "$(stamp)" ] || return 0
    rm -f .venv/stamp
    say "installing what requirements.lock pins, hashes checked"
    logged .venv/bin/python -m pip install --require-hashes --only-binary :all: \
        -r requirements.lock || exit 1
    say "installing the project itself"
    logged .venv/bin/python -m pip install --no-deps --no-build-isolation --no-index \
        --editable . || exit 1
    stamp >.venv/stamp
}

# Which of the packages given dpkg does not have; newer Debians renamed some and provide the old name.
missing_packages() {
    installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' |
        sed -n 's/^installed //p' | tr -d ',' | tr '\n' ' ') "
    for package in "$@"; do
        case $installed in *" $package "*) ;; *) printf '%s ' "$package" ;; esac
    done
}

install_system_packages() {
    command -v dpkg-query >/dev/null || return 0
    # shellcheck disable=SC2086  # one word per package, here and below
    missing=$(missing_packages $qt_packages $display_packages $server_packages)
    [ -n "$missing" ] && [ ! -e .venv/sysroot/complete ] || return 0
    say "missing system packages: $missing"
    # shellcheck disable=SC2086
    apt_install $missing && return
    # An X server finds its parts by absolute paths, so unpacking one is of no use.
    # shellcheck disable=SC2086
    missing_qt=$(missing_packages $qt_packages)
    # shellcheck disable=SC2086
    if [ -z "$missing_qt" ] || apt_unpack $missing_qt; then
        mkdir -p .venv/sysroot
        : >.venv/sysroot/complete
    else
        say "going on without; please ask an administrator for: apt-get install $missing"
    fi
}

# Lets programs find what was unpacked.
use_sysroot() {
    sysroot=$root/.venv/sysroot
    for libraries in "$sysroot"/usr/lib/*-linux-gnu* "$sysroot"/lib/*-linux-gnu*; do
        [ ! -d "$libraries" ] ||
            LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    done
    [ -n "${LD_LIBRARY_PATH:-}" ] || return 0
    export LD_LIBRARY_PATH
    [ ! -d "$sysroot/usr/share/X11/xkb" ] ||
        export XKB_CONFIG_ROOT="$sysroot/usr/share/X11/xkb"
    cat >"$sysroot/fonts.conf" <<END
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>/usr/share/fonts</dir>
  <dir>$sysroot/usr/share/fonts</dir>
  <cachedir>$sysroot/var/cache/fontconfig</cachedir>
</fontconfig>
END
    export FONTCONFIG_FILE="$sysroot/fonts.conf"
}

load_qt() {
    if reason=$(.venv/bin/python -c 'import PySide6.QtWidgets' 2>&1); then
        qt=yes
    else
        qt=no
        say "Qt cannot be loaded: $(printf '%s' "$reason" | tail -n 1)"
    fi
}

# Qt and Python both want a UTF-8 locale; C.UTF-8 is there on every Debian.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
*[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) ;;
*) export LC_ALL=C.UTF-8 ;;
esac

install_python_packages
install_system_packages
[ ! -d .venv/sysroot ] || use_sysroot
load_qt
