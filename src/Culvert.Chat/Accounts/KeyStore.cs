using Culvert.Server.Hosting;
using Culvert.Server.Nodes;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Culvert.Chat.Accounts;

/// <summary>
/// Keeps the keys that sign forms in the data directory, readable by the server's user only, or in the store of several
/// nodes: a form that was open during a restart can still be sent.
/// </summary>
internal sealed class KeyStore(ServerOptions options, ILoggerFactory loggers, INodeStore? nodes = null)
    : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions keys)
    {
        // As they are: whoever can read the directory or the store can read all the rest.
        keys.XmlEncryptor = new NullXmlEncryptor();
        keys.XmlRepository = nodes is null ? OpenDirectory() : new SharedFormKeys(nodes);
    }

    private FileSystemXmlRepository OpenDirectory()
    {
        var directory = new DirectoryInfo(Path.Combine(options.Data, "keys"));
        directory.Create();
        if (!OperatingSystem.IsWindows())
        {
            directory.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }

        return new FileSystemXmlRepository(directory, loggers);
    }
}
