set -eu
exam=/root/exam
images=/var/lib/libvirt/images
hex() { printf -v drawn '%02x:%02x:%02x' $((SRANDOM % 256)) $((SRANDOM % 256)) $((SRANDOM % 256)); }

# What was drawn for the learner, as the sheet says it.
bridge=virbr$PARAM_BRIDGE
subnet=192.168.$PARAM_SUBNET
fixed=$subnet.$PARAM_ADDRESS
target=/srv/exam-$PARAM_DIRECTORY
title="SmartGo B $PARAM_TITLE"
ring=$PARAM_RING
type=$PARAM_TYPE
witness=$PARAM_WITNESS

# What each host has for itself.
hex; a_mac=52:54:00:$drawn
hex; b_mac=52:54:00:$drawn
uuid=$(cat /proc/sys/kernel/random/uuid)

mkdir -p $exam/backup
cd $exam

# Guest B: its disk and its backup are left, libvirt does not know it. The disk identifier in the master boot record is this disk's own.
disk=$images/smartgo_b.qcow2
qemu-img create -q -f qcow2 -b $images/debian-13-small.qcow2 -F qcow2 $disk
printf -v disk_id '%08x' $((SRANDOM | 1))
qemu-io -f qcow2 -c "write -P 0x${disk_id:0:2} 440 1" -c "write -P 0x${disk_id:2:2} 441 1" -c "write -P 0x${disk_id:4:2} 442 1" -c "write -P 0x${disk_id:6:2} 443 1" $disk >/dev/null
sed -e 's/@NAME@/smartgo_b/g' -e "s|<uuid>.*</uuid>|<uuid>$uuid</uuid>|" -e "s|<mac address='.*'/>|<mac address='$b_mac'/>|" \
  -e "s|<memory .*</memory>|<memory unit='MiB'>512</memory>|" -e "s|<currentMemory .*</currentMemory>|<currentMemory unit='MiB'>384</currentMemory>|" \
  -e "s|<vcpu .*</vcpu>|<vcpu placement='static' current='1'>2</vcpu>|" /usr/lib/lab/smartgo.xml >backup/smartgo_b.xml
chmod 600 backup/smartgo_b.xml

cat >old.sh <<'OLD'
#!/bin/sh
# CentOS 7, 2018. "Works, do not touch."
virt-install --name=smartgo_a --os-type=linux --os-variant=rhel7 --ram=512 --vcpus=1 --arch=x86_64 \
  --disk path=/guests_images/smartgo_a.img,size=8,format=qcow2 --bridge=virbr0 \
  --graphics vnc,listen=0.0.0.0,port=5920,keymap=en_us \
  --cdrom=/root/lab.iso --extra-args="ks=http://192.168.122.1/ks.cfg"
OLD
cat >ks.cfg <<'KS'
# Answers for smartgo_a. @HOSTNAME@ and @CODE@ are on the sheet.
lang en_US.UTF-8
keyboard us
timezone Etc/UTC
network --bootproto=dhcp --hostname=@HOSTNAME@
rootpw --lock
clearpart --all --initlabel
autopart --type=plain --fstype=ext4
reboot
%post
echo @CODE@ > /etc/exam-code
%end
KS

cat >parameters.json <<JSON
{
  "network": { "bridge": "$bridge", "subnet": "$subnet", "fixed": "$fixed" },
  "pool": { "target": "$target", "volumeMib": $PARAM_VOLUME_SIZE },
  "a": {
    "mac": "$a_mac", "hostname": "$PARAM_HOST_NAME", "code": "$PARAM_CODE",
    "startMib": $PARAM_START_MEMORY, "maxMib": $PARAM_MAX_MEMORY, "maxVcpus": $PARAM_MAX_VCPUS, "hotVcpus": $PARAM_HOT_VCPUS, "balloonMib": $PARAM_BALLOON_MEMORY
  },
  "b": { "uuid": "$uuid", "mac": "$b_mac", "disk": "$disk", "diskId": "$disk_id", "title": "$title", "maxVcpus": $PARAM_B_MAX_VCPUS },
  "questions": { "ring": $ring, "type": $type, "witness": $witness }
}
JSON

ring_en=(
  "A program in user space executes HLT. What happens?
   a) The processor halts until the next interrupt.
   b) The processor raises #GP, and the kernel ends the program by SIGSEGV.
   c) The processor skips it.
   d) The kernel executes it in the program's place."
  "An unmodified Linux runs in a guest under KVM (VT-x or SVM). Its kernel runs
   a) in ring 3 of the host.
   b) in ring 1, between the host's kernel and the programs.
   c) in ring 0, in guest (non-root) mode.
   d) in ring -1."
  "A program calls write(). What does the processor do?
   a) It enters ring 1, where the drivers are.
   b) It stays in ring 3: the library writes to the device.
   c) It always switches to another process.
   d) It enters ring 0, runs code of the kernel, and returns to ring 3."
)
ring_zh=(
  "用户态程序执行了 HLT 指令，会怎样？
   a) 处理器停下来，等下一个中断。
   b) 处理器产生 #GP，内核用 SIGSEGV 结束这个程序。
   c) 处理器跳过这条指令。
   d) 内核替程序执行它。"
  "未经修改的 Linux 作为客户机，在 KVM（VT-x 或 SVM）上运行。
   它的内核运行在哪里？
   a) 宿主机的 3 环。
   b) 1 环，夹在宿主机内核和程序之间。
   c) 客户机模式（非根模式）的 0 环。
   d) -1 环。"
  "程序调用了 write()，处理器做什么？
   a) 进入 1 环，驱动程序在那里。
   b) 一直留在 3 环，由库去写设备。
   c) 一定会切换到另一个进程。
   d) 进入 0 环，执行内核的代码，再回到 3 环。"
)
type_en=(
  "Xen is a type 1 hypervisor. What does that say about its speed?
   a) It is faster than every type 2 hypervisor.
   b) Nothing: the type says where the hypervisor stands, and not how a
      guest's kernel is run.
   c) It is slow, because it emulates all hardware.
   d) It is fast, because type 1 means paravirtualization."
  "Of which type of hypervisor is a Docker container on Linux?
   a) Type 1.
   b) Type 2.
   c) Type 3.
   d) Of none: containers share the kernel of their host."
  "QEMU runs a guest without KVM (TCG). What is right?
   a) It is type 2, and translates the guest's code.
   b) It is type 2, and lets the processor's VT-x or SVM run the guest.
   c) It is type 1, because it emulates a whole machine.
   d) The guest's kernel must be modified for it."
)
type_zh=(
  "Xen 是 1 型虚拟机管理程序。这说明它的速度怎样？
   a) 比任何 2 型都快。
   b) 什么也不说明：类型讲的是管理程序在什么位置，
      不是客户机内核怎样运行。
   c) 很慢，因为它仿真全部硬件。
   d) 很快，因为 1 型就是半虚拟化。"
  "Linux 上的 Docker 容器属于哪一类虚拟机管理程序？
   a) 1 型。
   b) 2 型。
   c) 3 型。
   d) 都不是：容器共用宿主机的内核。"
  "QEMU 不用 KVM（即 TCG）运行一台客户机。哪一句对？
   a) 它是 2 型，会翻译客户机的代码。
   b) 它是 2 型，由处理器的 VT-x 或 SVM 直接运行客户机。
   c) 它是 1 型，因为它仿真整台机器。
   d) 客户机的内核必须为它修改。"
)
witness_en=(
  "\`virsh vcpucount\` says 4 for the running guest, \`lscpu\` inside says 1.
   Who is right?
   a) virsh: lscpu is out of date until a reboot.
   b) The guest: libvirt shows what was ordered.
   c) Both: QEMU has plugged 4 in, the guest's kernel has switched on 1.
   d) Nobody, until libvirtd is restarted."
  "What proves that a guest has not been restarted?
   a) It has the same UUID as before.
   b) Its QEMU process is the same, and so is boot_id inside.
   c) \`virsh list\` shows it as running.
   d) \`uptime\` on the host."
  "What proves that a running guest uses KVM and is not emulated?
   a) The host has /dev/kvm.
   b) \`lsmod\` on the host lists kvm.
   c) Its program is /usr/bin/kvm.
   d) Its QEMU says so: query-kvm answers enabled: true."
)
witness_zh=(
  "\`virsh vcpucount\` 显示运行中的客户机有 4 个 vCPU，
   客户机里的 \`lscpu\` 显示 1 个。谁对？
   a) virsh 对：lscpu 要重启后才更新。
   b) 客户机对：libvirt 显示的只是要求的数字。
   c) 都对：QEMU 插上了 4 个，客户机内核只启用了 1 个。
   d) 重启 libvirtd 之前都不算数。"
  "什么能证明一台客户机没有重启过？
   a) UUID 和以前一样。
   b) QEMU 进程和以前一样，里面的 boot_id 也一样。
   c) \`virsh list\` 显示它正在运行。
   d) 宿主机上的 \`uptime\`。"
  "什么能证明一台运行中的客户机用的是 KVM，而不是仿真？
   a) 宿主机上有 /dev/kvm。
   b) 宿主机的 \`lsmod\` 里有 kvm。
   c) 它的程序是 /usr/bin/kvm。
   d) 它的 QEMU 自己说的：query-kvm 回答 enabled: true。"
)

printf -v now '%(%H:%M)T' -1
printf -v end '%(%H:%M)T' $((EPOCHSECONDS + 5400))
cat >task.md <<EN
# Final exam: a host from nothing to service

Begun at $now, 90 minutes are over at $end (\`date\`). 100 points.
The same values for scripts: /root/exam/parameters.json

 1. Readiness (5). Write /root/exam/ready.json: the processor's flag for
    virtualization, how many CPUs have it, whether nesting is on, the host's
    memory in MiB, and the exit status of \`virt-host-validate qemu\`:
    {"extension": "...", "cpus": 0, "nested": true, "memory_mib": 0,
     "validate_exit": 0}
 2. Service (8). virsh cannot connect. Repair it: for now (4), and for the
    time after a boot (4).
 3. Networks (10). The network default is down. Bring it up, now and for
    ever (3). Make a network named exam, now and for ever (4):
      NAT, bridge $bridge, the host has $subnet.1/24,
      DHCP from $subnet.100 to $subnet.200
    It keeps $fixed for the card $a_mac (3).
 4. Storage (10). The pool exam is defined and does not start. Bring it up
    in the directory of its definition, now and for ever (6). Make the
    volume smartgo_a.qcow2 in it: $PARAM_VOLUME_SIZE MiB, QCOW2 (4).
 5. Guest A (15). old.sh installed a guest eight years ago. Make it work
    here and today, as smartgo_a (7):
      disk     the volume of item 4
      memory   $PARAM_START_MEMORY MiB, at most $PARAM_MAX_MEMORY MiB
      vCPUs    1, at most $PARAM_MAX_VCPUS
      network  exam, card $a_mac
      screen   none, a serial console instead
      medium   /var/lib/libvirt/images/lab.iso
    The answer file ks.cfg installs it, and nobody types an answer (8):
      host name $PARAM_HOST_NAME, code $PARAM_CODE
    At the end it runs from its disk, at $fixed.
 6. Guest B (10). smartgo_b is lost. Its disk is in $images,
    its backup in /root/exam/backup. Bring it back as the machine that it
    was (6), and let it run (4).
 7. Twin (8). Make smartgo_b2 out of smartgo_b, with a copy of its disk and
    an identity of its own (5). Both run at once (3).
 8. Autostart (6). smartgo_a starts with the host, and no other guest does.
 9. CPUs (10). smartgo_a gets $PARAM_HOT_VCPUS vCPUs while it runs, for this run only: its
    next start is with 1 again.
10. Memory (10). The balloon leaves smartgo_a $PARAM_BALLOON_MEMORY MiB, for this run only:
    its next start is with $PARAM_START_MEMORY MiB again.
11. Edit (4). The stored definition of smartgo_b gets the title
    "$title" and a maximum of $PARAM_B_MAX_VCPUS vCPUs, while it goes on running
    with the old maximum.
12. Questions (4). Write /root/exam/answers.json, a letter for each:
    {"ring": "?", "type": "?", "witness": "?"}

ring: ${ring_en[ring]}

type: ${type_en[type]}

witness: ${witness_en[witness]}
EN
cat >task.zh-cn.md <<ZH
# 综合考试：让一台宿主机从零到投入使用

$now 开始，90 分钟到 $end 结束（用 \`date\` 看时间）。满分 100 分。
供脚本使用的同样参数：/root/exam/parameters.json

 1. 条件（5 分）。写 /root/exam/ready.json：处理器的虚拟化标志、有这个标志
    的 CPU 数量、是否开启嵌套、宿主机内存（MiB）、\`virt-host-validate qemu\`
    的退出状态：
    {"extension": "...", "cpus": 0, "nested": true, "memory_mib": 0,
     "validate_exit": 0}
 2. 服务（8 分）。virsh 连不上。请修好：现在能用（4 分），开机以后也能用
    （4 分）。
 3. 网络（10 分）。网络 default 没有启动。让它现在运行，以后也运行（3 分）。
    再建一个名为 exam 的网络，同样现在和以后都运行（4 分）：
      NAT，网桥 $bridge，宿主机地址 $subnet.1/24，
      DHCP 从 $subnet.100 到 $subnet.200
    它把 $fixed 留给网卡 $a_mac（3 分）。
 4. 存储（10 分）。存储池 exam 有定义，但启动不了。让它在定义里的目录运行，
    现在和以后都运行（6 分）。在池里建卷 smartgo_a.qcow2：
    $PARAM_VOLUME_SIZE MiB，QCOW2 格式（4 分）。
 5. 客户机 A（15 分）。old.sh 是八年前安装客户机的命令。让它在今天的这台
    宿主机上能用，装出 smartgo_a（7 分）：
      磁盘  第 4 题的卷
      内存  $PARAM_START_MEMORY MiB，最多 $PARAM_MAX_MEMORY MiB
      vCPU  1 个，最多 $PARAM_MAX_VCPUS 个
      网络  exam，网卡 $a_mac
      屏幕  没有，用串口控制台
      介质  /var/lib/libvirt/images/lab.iso
    系统由应答文件 ks.cfg 安装，不需要人输入（8 分）：
      主机名 $PARAM_HOST_NAME，代码 $PARAM_CODE
    最后它从磁盘启动运行，地址是 $fixed。
 6. 客户机 B（10 分）。smartgo_b 丢了。磁盘在 $images，
    备份在 /root/exam/backup。把它原样找回来（6 分），并让它运行（4 分）。
 7. 孪生机（8 分）。由 smartgo_b 造出 smartgo_b2，磁盘是一份副本，身份是
    自己的（5 分）。两台同时运行（3 分）。
 8. 自动启动（6 分）。smartgo_a 随宿主机启动，其他客户机都不启动。
 9. CPU（10 分）。smartgo_a 在运行中得到 $PARAM_HOT_VCPUS 个 vCPU，只限这次运行：
    下次启动仍是 1 个。
10. 内存（10 分）。气球给 smartgo_a 留出 $PARAM_BALLOON_MEMORY MiB，只限这次运行：
    下次启动仍是 $PARAM_START_MEMORY MiB。
11. 编辑（4 分）。smartgo_b 的持久定义加上标题“$title”，
    vCPU 上限改成 $PARAM_B_MAX_VCPUS，而它一直按旧的上限运行。
12. 问答（4 分）。写 /root/exam/answers.json，每项一个字母：
    {"ring": "?", "type": "?", "witness": "?"}

ring：${ring_zh[ring]}

type：${type_zh[type]}

witness：${witness_zh[witness]}
ZH

# The faults. The pool's directory was never made. As by systemctl disable and mask, without waiting for its five reloads.
virsh -q pool-define-as exam dir --target $target
virsh -q net-destroy default
virsh -q net-autostart default --disable
cd /etc/systemd/system
systemctl stop libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket 2>/dev/null
rm -f multi-user.target.wants/libvirtd.service sockets.target.wants/libvirtd.socket sockets.target.wants/libvirtd-ro.socket sockets.target.wants/libvirtd-admin.socket
for unit in libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket; do
  ln -sf /dev/null "$unit"
done
systemctl daemon-reload
