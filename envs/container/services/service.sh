# One service beside a machine. What it is stands in the part that is put
# behind this one: packages, version, configure, run, ready, account, flush.
# Arguments of run and account are the image's own command; without any, it is
# the distribution's package that runs.
set -e

# Where an image's server keeps its data: the makers' own places are volumes,
# which no snapshot holds.
data=/var/lib/freshinstall-service
