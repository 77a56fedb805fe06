// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// Writes checkpoints of a register into the chain's events. It keeps nothing and lets anyone write: what counts is who did, and a
/// verifier compares the checkpoint with the register itself.
contract RegisterAnchor {
    /// @param by who wrote
    /// @param origin SHA-256 of the register's name
    /// @param size leaves of the tree
    /// @param root RFC 6962 root over them
    /// @param note SHA-256 of the signed checkpoint
    event Anchored(address indexed by, bytes32 indexed origin, uint64 indexed size, bytes32 root, bytes32 note);

    function anchor(bytes32 origin, uint64 size, bytes32 root, bytes32 note) external {
        emit Anchored(msg.sender, origin, size, root, note);
    }
}
