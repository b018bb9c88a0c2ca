using System.Xml.Linq;
using Culvert.Server.Nodes;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Culvert.Chat.Accounts;

/// <summary>
/// Keeps the keys that sign forms in the store that the nodes share: a form of one can be sent to another.
/// </summary>
internal sealed class SharedFormKeys(INodeStore store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. store.ReadFormKeys().Select(xml => XElement.Parse(xml))];

    public void StoreElement(XElement element, string friendlyName) =>
        store.WriteFormKey(friendlyName, element.ToString(SaveOptions.DisableFormatting));
}
