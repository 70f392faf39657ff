# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# Runs, in the virtual machine, each vm.run=COMMAND of the kernel's command line, and ends the machine.
stty -onlcr </dev/ttyS1
export SLIPWAY_PATIENCE=10 HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
echo "VM $(uname -r) $(cat /sys/fs/cgroup/cgroup.controllers)"
read -r line </proc/cmdline
for word in $line; do
    case $word in
        vm.run=*)
            command=$(printf %s "${word#vm.run=}" | tr , ' ')
            echo "RUN $command"
            sh -c "$command" </dev/null
            echo "ENDED $?"
            ;;
    esac
done
systemctl --failed --plain --no-legend
journalctl -b -p warning --no-pager -o short-monotonic | tail -n 60
echo "VM is done"
sync
exec systemctl poweroff --force --force
