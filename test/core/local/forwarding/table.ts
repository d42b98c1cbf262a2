// The forwarding table of the vectors in aliases.md.

export const tableT = `root@yp.to: god@heaven.af.mil, &staff@af.mil;
Everybody@YP.to: programmers@yp.to, testers@yp.to;
programmers@yp.to: joe@yp.to, bob@yp.to;
testers@yp.to: joe@yp.to, fred@yp.to;
sos@h.x: ?owner-sos@h.x, ./sos.bin , a@b.c;
dew@: |dew-monitor\\ -x, !cat;
@wild.x: catch@all.x;
a\\,b\\ c@q: x@y.z;
empty@yp.to: ;
`;
