//! The cast: the firms of the simulated tender and its documents. Invented firms, no people.

use std::collections::BTreeMap;

use ximu_basics::Hash;

/// The tenderer.
pub const TENDERER: &str = "宜昌交通建设投资有限公司";

/// The firms that bid, with their prices in yuan. The label of a firm's key is `firm-NN`, from 01.
pub const FIRMS: [(&str, &str); 29] = [
    ("宜昌绿源园林工程有限公司", "9328450.00"),
    ("武汉江城景观建设有限公司", "9415200.00"),
    ("荆州楚韵生态工程有限公司", "9276800.50"),
    ("襄阳汉水园林绿化有限公司", "9502310.00"),
    ("南京钟山风景园林有限公司", "9198745.20"),
    ("苏州姑苏古典园林有限公司", "9611090.00"),
    ("无锡太湖生态建设有限公司", "9355000.00"),
    ("常州青枫园林工程有限公司", "9287654.32"),
    ("南通狼山绿化工程有限公司", "9440120.00"),
    ("扬州瘦西湖园艺有限公司", "9120888.00"),
    ("杭州西溪生态园林有限公司", "9233470.00"),
    ("宁波东钱湖绿化有限公司", "9580000.00"),
    ("余姚四明山苗木有限公司", "9066350.00"),
    ("绍兴鉴湖园林建设有限公司", "9312345.67"),
    ("嘉兴南湖市政园林有限公司", "9405500.00"),
    ("湖州莫干山生态有限公司", "9268000.00"),
    ("金华双龙园林工程有限公司", "9699990.00"),
    ("合肥巢湖景观工程有限公司", "9377210.00"),
    ("芜湖镜湖绿化有限公司", "9154321.00"),
    ("长沙岳麓园林建设有限公司", "9291180.00"),
    ("岳阳洞庭生态工程有限公司", "9450660.00"),
    ("南昌滕王阁园林有限公司", "9860000.00"),
    ("九江庐山苗圃有限公司", "9330330.00"),
    ("郑州黄河绿化工程有限公司", "9244440.00"),
    ("洛阳牡丹园林有限公司", "9520700.00"),
    ("成都锦城景观建设有限公司", "9183260.00"),
    ("重庆两江园林工程有限公司", "9388888.00"),
    ("贵阳花溪生态有限公司", "9410000.00"),
    ("昆明滇池园艺有限公司", "9390000.00"),
];

/// The label of a firm's key, by its position in [`FIRMS`].
pub fn label(position: usize) -> String {
    format!("firm-{:02}", position + 1)
}

/// Every name by its commitment in the simulated register.
pub fn names() -> BTreeMap<Hash, String> {
    let firms = FIRMS.iter().enumerate().map(|(position, (name, _))| (label(position), (*name).to_string()));
    let tenderer = ("tenderer".to_string(), TENDERER.to_string());
    firms.chain([tenderer]).map(|(label, name)| (Hash::of(label.as_bytes()), name)).collect()
}

/// The procurement documents: name and content.
pub const DOCUMENTS: [(&str, &str); 3] = [
    ("招标公告.txt", "白洋高速公路匝道绿化二期工程招标公告\n"),
    ("工程量清单.csv", "序号,项目,单位,数量\n1,乔木栽植,株,1200\n"),
    ("合同条款.txt", "合同条款\n"),
];

/// The documents by hash.
pub fn documents() -> BTreeMap<Hash, Vec<u8>> {
    DOCUMENTS.iter().map(|(_, text)| (Hash::of(text.as_bytes()), text.as_bytes().to_vec())).collect()
}
