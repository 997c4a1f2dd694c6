// What `whodid` alone says: enough to make the next step.

export const OVERVIEW = `whodid: who did what to which object, and when.

  First time here
    whodid init                       create the data directory and the first administrator
    whodid daemon start               start the daemon
    whodid login                      log in

  Records
    whodid list users                 list | get | create | update | delete, on any type
    whodid types list                 the types that there are; define your own

  Who did what
    whodid audit target users 1       who has done what to this object
    whodid audit actor users 1        what this actor has done
    whodid audit events --since 2h    everything, with filters; --follow for what comes
    whodid audit report FILE          load the events of another program

  whodid --help lists every command, whodid <command> --help shows examples.
`;
