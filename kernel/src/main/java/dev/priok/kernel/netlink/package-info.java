/**
 * Netlink, spoken raw: rtnetlink for links, addresses and routes, nfnetlink for nf_tables. One
 * {@link dev.priok.kernel.netlink.NetlinkRequest} holds as many messages as a task needs and goes
 * to the kernel in one system call; the kernel works it off before that call returns.
 */
@NullMarked
package dev.priok.kernel.netlink;

import org.jspecify.annotations.NullMarked;
