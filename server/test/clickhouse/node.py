"""One machine of a cluster: npm's chdb has ClickHouse as a library, and this starts it as a server. FOLDER PATH TCP HTTP CONFIG"""
import ctypes
import glob
import os
import sys

folder, path, tcp, http, config = sys.argv[1:]
[library] = glob.glob(os.path.join(folder, 'node_modules', '@chdb', 'lib-*', 'libchdb.so'))
run = ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL).chdb_query_cmdline
run.restype = ctypes.c_void_p
# It lives as long as its statement: eleven days.
stay = 'SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; SELECT sleepEachRow(3) FROM numbers(320000) SETTINGS max_block_size = 1 FORMAT Null'
arguments = ['clickhouse-local', f'--path={path}', f'--config-file={config}', '--listen_host=127.0.0.1', f'--tcp_port={tcp}', f'--http_port={http}', '--query', stay]
run(len(arguments), (ctypes.c_char_p * len(arguments))(*[each.encode() for each in arguments]))
