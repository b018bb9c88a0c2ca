using Culvert.Server.Hosting;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Culvert.Chat.Accounts;

/// <summary>
/// Keeps the keys that sign forms in the data directory, readable by the server's user only: a form that was open
/// during a restart can still be sent.
/// </summary>
internal sealed class KeyStore(ServerOptions options, ILoggerFactory loggers) : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions keys)
    {
        var directory = new DirectoryInfo(Path.Combine(options.Data, "keys"));
        directory.Create();
        if (!OperatingSystem.IsWindows())
        {
            directory.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }

        keys.XmlRepository = new FileSystemXmlRepository(directory, loggers);

        // As they are: whoever can read the directory can read the database beside it.
        keys.XmlEncryptor = new NullXmlEncryptor();
    }
}
